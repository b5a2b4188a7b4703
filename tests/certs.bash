# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# Certificates for the TLS tests, made with openssl(1) 3.0 or newer in a given folder, in a second or so.
# To be sourced. `certs_make DIR` makes all of it:
#   ca.crt            the CA that the tests trust       other-ca.crt       a CA that nobody trusts
#   good.*            localhost, 127.0.0.1, ::1         expired.*          the same, 2020 to 2021
#   future.*          the same, from 2090 on            wrong.*            wrong.example
#   stranger.*        localhost, by other-ca            cnonly.*           CN=localhost, no SAN
#   wildcard.*        *.example.test                    partial.*          f*.example.test
#   self.*            localhost, signed by itself       hostile.*          names with escapes in them
#   client.*          a client's certificate            stranger-client.*  a client of other-ca
#   encrypted.key     client.key behind the passphrase in encrypted.pass (wrong.pass holds another)

CERTS_LOCAL="DNS:localhost,IP:127.0.0.1,IP:::1"

# certs_ca DIR NAME: NAME.crt and NAME.key, and what `openssl ca` needs beside them.
certs_ca() {
    local dir=$1 name=$2
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=valkit $name" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
        -keyout "$dir/$name.key" -out "$dir/$name.crt" 2>>"$dir/log" || return
    : >"$dir/$name.db"
    echo 01 >"$dir/$name.serial"
    cat >"$dir/$name.cnf" <<CNF
[ca]
default_ca = main
[main]
database = $dir/$name.db
serial = $dir/$name.serial
new_certs_dir = $dir
certificate = $dir/$name.crt
private_key = $dir/$name.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
CNF
}

# certs_leaf DIR NAME CA CN EXTENSION [START END]: NAME.crt and NAME.key, signed by CA. EXTENSION is a line
# such as subjectAltName=DNS:localhost, or empty; the dates are YYYYMMDDHHMMSSZ.
certs_leaf() {
    local dir=$1 name=$2 ca=$3 cn=$4 extension=$5 start=${6:-20200101000000Z} end=${7:-20800101000000Z}
    printf '%s\n' "basicConstraints=CA:FALSE" "$extension" >"$dir/$name.ext"
    {
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$cn" \
            -keyout "$dir/$name.key" -out "$dir/$name.csr" &&
            openssl ca -batch -notext -config "$dir/$ca.cnf" -extfile "$dir/$name.ext" \
                -startdate "$start" -enddate "$end" -in "$dir/$name.csr" -out "$dir/$name.crt"
    } >>"$dir/log" 2>&1
}

# certs_self DIR NAME: localhost, signed by itself.
certs_self() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=localhost \
        -addext "subjectAltName=$CERTS_LOCAL" -keyout "$1/$2.key" -out "$1/$2.crt" 2>>"$1/log"
}

# certs_encrypt DIR: encrypted.key and its passphrase.
certs_encrypt() {
    echo "open sesame" >"$1/encrypted.pass"
    echo "open barley" >"$1/wrong.pass"
    openssl pkey -in "$1/client.key" -aes256 -passout "file:$1/encrypted.pass" -out "$1/encrypted.key" \
        2>>"$1/log"
}

# certs_make DIR: everything; what openssl said is in DIR/log.
certs_make() {
    local dir=$1
    certs_ca "$dir" ca && certs_ca "$dir" other-ca &&
        certs_leaf "$dir" good ca localhost "subjectAltName=$CERTS_LOCAL" &&
        certs_leaf "$dir" expired ca localhost "subjectAltName=$CERTS_LOCAL" \
            20200101000000Z 20210101000000Z &&
        certs_leaf "$dir" future ca localhost "subjectAltName=$CERTS_LOCAL" \
            20900101000000Z 20910101000000Z &&
        certs_leaf "$dir" wrong ca wrong.example "subjectAltName=DNS:wrong.example,IP:192.0.2.1" &&
        certs_leaf "$dir" stranger other-ca localhost "subjectAltName=$CERTS_LOCAL" &&
        certs_leaf "$dir" cnonly ca localhost "" &&
        certs_leaf "$dir" wildcard ca wildcard "subjectAltName=DNS:*.example.test" &&
        certs_leaf "$dir" partial ca partial "subjectAltName=DNS:f*.example.test" &&
        certs_leaf "$dir" hostile ca $'evil\e[31m' $'subjectAltName=DNS:evil\e]0;x\a.example' &&
        certs_self "$dir" self &&
        certs_leaf "$dir" client ca client "extendedKeyUsage=clientAuth" &&
        certs_leaf "$dir" stranger-client other-ca client "extendedKeyUsage=clientAuth" &&
        certs_encrypt "$dir"
}
