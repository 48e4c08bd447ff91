#!/bin/sh
# Encrypts a blank disk so that it opens only while enough Tang servers of the institution answer.
#
#   enrol.sh verify ADVERTISEMENT THUMBPRINT    signed by itself, with the key that was agreed on
#   enrol.sh disk DEVICE LABEL POLICY           formats it unless it is done already; says "enrolled"
#
# Killed at any step, the next run begins anew: before the disk has its label, nothing was ever written
# to it. No passphrase is an argument, or in a file; at the end the disk has one key slot, Clevis' own.
set -eu

fail() {
    echo "$*" >&2
    exit 1
}

verify() {
    keys="$(jose fmt -j "$1" -Og payload -SyOg keys -AUo- 2>/dev/null)" || fail "$1 is no advertisement of Tang"
    signing="$(printf %s "$keys" | jose jwk use -i- -r -u verify -o-)" || fail "$1 has no signing key"
    printf %s "$signing" | jose jws ver -i "$1" -k- -a >/dev/null || fail "$1 is not signed by its own keys"
    printf %s "$signing" | jose jwk thp -i- -a S256 | grep -qxF -e "$2" ||
        fail "$1 is not of the server with the thumbprint $2: compare with tang-show-keys there"
}

type_of() {
    blkid -p -o value -s TYPE "$1" || true
}

label_of() {
    blkid -p -o value -s LABEL "$1" || true
}

disk() {
    device="$1" label="$2" policy="$3"
    case "$(type_of "$device"):$(label_of "$device")" in
        "crypto_LUKS:$label") return ;;
        ":" | "crypto_LUKS:$label-unfinished") ;;
        *) fail "$device holds $(type_of "$device") $(label_of "$device"), which is never overwritten" ;;
    esac
    if [ -z "$(type_of "$device")" ] && [ -n "$(wipefs --no-act --noheadings "$device")" ]; then
        fail "$device holds something, which is never overwritten: empty it with wipefs --all"
    fi
    passphrase="$(head -c 48 /dev/urandom | base64 -w 0)"
    printf %s "$passphrase" | cryptsetup luksFormat --batch-mode --type luks2 --label "$label-unfinished" \
        --cipher aes-xts-plain64 --key-size 512 --pbkdf argon2id --key-slot 0 --key-file - "$device"
    printf %s "$passphrase" | clevis luks bind -y -k - -s 1 -d "$device" sss "$(cat "$policy")"
    [ -n "$(clevis luks pass -d "$device" -s 1)" ] ||
        fail "the Tang servers do not open $device: nothing was written to it"
    cryptsetup luksKillSlot --batch-mode "$device" 0
    cryptsetup config "$device" --label "$label"
    echo enrolled
}

case "$1" in
    verify) verify "$2" "$3" ;;
    disk) disk "$2" "$3" "$4" ;;
    *) fail "verify or disk" ;;
esac
