# Leaves nothing of RKE2, its network and Rancher's agent on this node, and says what it took away;
# says nothing where nothing is left. Arguments: mounts that stay, empty.
#
# Does what RKE2's own rke2-killall.sh and rke2-uninstall.sh do (docs.rke2.io/install/uninstall), and
# what Rancher's agent leaves besides, also where an earlier run of any of them ended half-way.
set -u
kept=" $* "
units="rancher-system-agent rke2-agent rke2-server"
# The last two are what a later run knows an unfinished one by.
paths="/etc/cni /opt/cni /var/lib/cni /var/lib/kubelet /run/k3s /run/cilium /run/calico
    /run/flannel /var/lib/calico /var/log/pods /var/log/containers /sys/fs/bpf/cilium /opt/rke2
    /usr/local/share/rke2 /usr/local/bin/rancher-system-agent /usr/local/bin/rke2
    /usr/local/bin/rke2-killall.sh /usr/local/bin/rke2-uninstall.sh
    /usr/local/bin/rancher-system-agent-uninstall.sh /var/lib/rancher /etc/rancher"
exec 3>&1 4>&2 >/dev/null 2>&1

took() { printf '%s\n' "$*" >&3; }

# What is mounted at a path or below it, and does not stay.
mounted() {
    while read -r _ where _; do
        case "$where" in "$1" | "$1"/*) ;; *) continue ;; esac
        case "$kept" in *" $where "*) ;; *) echo "$where" ;; esac
    done </proc/mounts
}

for unit in $units; do
    if systemctl is-active --quiet "$unit.service"; then
        systemctl stop "$unit.service" && took "service $unit"
    fi
    systemctl is-enabled --quiet "$unit.service" && systemctl disable "$unit.service"
done

for folder in /usr/local/bin /opt/rke2/bin; do
    [ -x "$folder/rke2-killall.sh" ] && "$folder/rke2-killall.sh"
done
for exe in /proc/[0-9]*/exe; do
    case "$(readlink "$exe")" in
        /var/lib/rancher/* | /usr/local/bin/rke2* | /opt/rke2/*)
            number="${exe#/proc/}"
            kill -9 "${number%/exe}" && took "process ${number%/exe}"
            ;;
    esac
done

# The deepest first: one lies in another.
for path in $paths /run/netns; do mounted "$path"; done | sort -r | while read -r where; do
    case "$where" in /run/netns/cni-*) ;; /run/netns | /run/netns/*) continue ;; esac
    umount "$where" || umount -l "$where"
    took "mount $where"
done

# A volume that is still mounted would be emptied with the folder it is mounted on.
for path in $paths; do
    left="$(mounted "$path")"
    [ -z "$left" ] || {
        echo "still mounted, so that nothing was deleted: $left" >&4
        exit 1
    }
done

for network in /run/netns/cni-*; do
    [ -e "$network" ] && ip netns delete "${network##*/}" && took "network ${network##*/}"
done
ip -o link show | while IFS=': ' read -r _ link _; do
    link="${link%%@*}"
    case "$link" in
        cni0 | cilium_* | cilium-* | lxc* | cali* | vxlan.calico | flannel.* | nodelocaldns | kube-ipvs0)
            # Its peer goes with it.
            ip link delete "$link" && took "link $link"
            ;;
    esac
done

ours='KUBE-|CNI-|CILIUM_|cali-|cali:|FLANNEL-'
for tables in iptables ip6tables; do
    command -v "$tables-save" || continue
    rules="$("$tables-save")"
    if printf '%s\n' "$rules" | grep -Eq "$ours"; then
        printf '%s\n' "$rules" | grep -Ev "$ours" | "$tables-restore" && took "rules of $tables"
    fi
done

for unit in $units; do
    for folder in /etc/systemd/system /usr/local/lib/systemd/system; do
        for file in "$folder/$unit.service" "$folder/$unit.service.d" "$folder/$unit.env"; do
            [ -e "$file" ] || continue
            rm -rf "$file"
            took "$file"
        done
    done
done
systemctl daemon-reload

# Of a folder that something stays mounted on, what is in it.
for path in $paths; do
    [ -e "$path" ] || continue
    case "$kept" in
        *" $path "*)
            [ -n "$(ls -A "$path")" ] || continue
            find "$path" -xdev -mindepth 1 -delete
            ;;
        *) rm -rf --one-file-system "$path" ;;
    esac
    took "$path"
done
exit 0
