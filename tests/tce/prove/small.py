"""A small environment, written by hand: its specification, its cluster's policies, its VLANs."""

import base64
from datetime import date

import yaml

from tce.prove import kubernetes, link
from tce.prove.intent import Intent, read_intent
from tce.prove.report import Finding

TODAY = date(2026, 11, 22)
OWN_KEY = base64.b64encode(b"\1" * 32).decode()
PEER_KEY = base64.b64encode(b"\2" * 32).decode()
SPEC = f"""\
blueprint: tce
version: 1
name: lab
ipv6: true
zones:
  inside: {{kind: tce, leg: tce0, networks: [10.90.12.0/24, "2001:db8:90:12::/64"]}}
  transit: {{kind: transit, leg: up0, networks: [192.0.2.0/29]}}
  others: {{kind: tenants, leg: up0, networks: [10.64.0.0/10]}}
  home: {{kind: institution, leg: wg0, networks: [10.200.0.0/16]}}
  internet: {{kind: internet, leg: up0}}
vlan: {{id: 412, uplink: 411, cluster_network: lab, namespace: tce-lab, nics: [ens2]}}
gateway:
  addresses: [10.90.12.1, "2001:db8:90:12::1"]
  uplink: [192.0.2.2]
  router: [192.0.2.1]
switches: []
vpn:
  leg: wg0
  port: 51820
  public_key: {OWN_KEY}
  addresses: [10.200.255.2]
  peers:
    - {{name: home, zone: home, endpoint: 198.51.100.10, public_key: {PEER_KEY}}}
flows:
  - name: web
    from: {{zone: home}}
    to: {{zone: inside, networks: [10.90.12.240/28]}}
    protocol: tcp
    ports: [443]
    why: people
    owner: somebody
    expires: 2027-11-30
  - name: ssh
    from: {{zone: home, networks: [10.200.4.0/24]}}
    to: {{zone: inside}}
    protocol: tcp
    ports: [22]
    why: Ansible
    owner: somebody
    expires: 2027-11-30
  - name: data
    from: {{zone: inside}}
    to: {{zone: internet, networks: [203.0.113.80/32]}}
    protocol: tcp
    ports: [443]
    why: reference data
    owner: somebody
    expires: 2027-11-30
cluster:
  environments:
    production: {{addresses: [10.90.12.240/28]}}
sandboxes:
  - name: one
    workloads:
      - {{name: page, port: 8080, accepts: [ingress], reaches: [data]}}
      - {{name: store, port: 5432, accepts: [one/page]}}
  - name: two
    workloads:
      - {{name: model, port: 8000, accepts: [one/page]}}
"""
SETTINGS = """\
apiVersion: helm.cattle.io/v1
kind: HelmChartConfig
metadata: {name: rke2-cilium, namespace: kube-system}
spec:
  valuesContent: |-
    policyEnforcementMode: always
    hostFirewall: {enabled: true}
"""
WIDE = """\
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: deny}
spec: {endpointSelector: {}, ingress: [{}], egress: [{}]}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: names}
spec:
  endpointSelector: {}
  egress:
    - toEndpoints:
        - matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, "k8s:k8s-app": kube-dns}
      toPorts:
        - ports: [{port: "53", protocol: UDP}, {port: "53", protocol: TCP}]
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec:
  nodeSelector: {}
  ingress:
    - fromCIDR: [10.200.4.0/24]
      toPorts: [{ports: [{port: "22", protocol: TCP}]}]
  egress:
    - toEntities: [cluster]
    - toCIDR: [203.0.113.80/32]
      toPorts: [{ports: [{port: "443", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: way-in}
spec:
  endpointSelector: {matchLabels: {"reserved:ingress": ""}}
  ingress:
    - fromCIDR: [10.200.0.0/16]
      toPorts: [{ports: [{port: "443", protocol: TCP}]}]
  egress:
    - toEndpoints:
        - matchLabels: {"k8s:io.kubernetes.pod.namespace": one, "k8s:app": page}
      toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: names, namespace: kube-system}
spec:
  endpointSelector: {matchLabels: {"k8s:k8s-app": kube-dns}}
  ingress:
    - fromEntities: [cluster]
      toPorts: [{ports: [{port: "53", protocol: UDP}, {port: "53", protocol: TCP}]}]
"""
ONE = """\
apiVersion: v1
kind: Namespace
metadata: {name: one}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: page, namespace: one}
spec:
  endpointSelector: {matchLabels: {"k8s:app": page}}
  ingress:
    - fromEntities: [ingress]
      toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  egress:
    - toEndpoints: [{matchLabels: {"k8s:app": store}}]
      toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
    - toEndpoints:
        - matchLabels: {"k8s:io.kubernetes.pod.namespace": two, "k8s:app": model}
      toPorts: [{ports: [{port: "8000", protocol: TCP}]}]
    - toCIDR: [203.0.113.80/32]
      toPorts: [{ports: [{port: "443", protocol: TCP}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: store, namespace: one}
spec:
  podSelector: {matchLabels: {app: store}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{podSelector: {matchLabels: {app: page}}}]
      ports: [{port: sql, protocol: TCP}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: page, namespace: one}
spec:
  template:
    metadata: {labels: {app: page}}
    spec:
      containers: [{name: page, ports: [{name: web, containerPort: 8080}]}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, namespace: one}
spec:
  template:
    metadata: {labels: {app: store}}
    spec:
      containers: [{name: store, ports: [{name: sql, containerPort: 5432}]}]
"""
TWO = """\
apiVersion: v1
kind: Namespace
metadata: {name: two, labels: {tier: models}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: model, namespace: two}
spec:
  podSelector: {matchLabels: {app: model}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: one}}
          podSelector: {matchLabels: {app: page}}
      ports: [{port: 8000}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: model, namespace: two}
spec:
  template:
    metadata: {labels: {app: model}}
    spec: {containers: [{name: model}]}
"""
CLUSTER = {
    "spec.yaml": SPEC,
    "k8s/cni/cilium.yaml": SETTINGS,
    "k8s/policy/wide.yaml": WIDE,
    "k8s/sandboxes/one.yaml": ONE,
    "k8s/sandboxes/two.yaml": TWO,
}


def network(name: str, tag: int) -> str:
    config = (
        f'{{"cniVersion": "0.3.1", "name": "{name}", "type": "bridge", "bridge": "lab-br", '
        f'"promiscMode": true, "vlan": {tag}, "ipam": {{}}}}'
    )
    return f"""\
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: {name}
  namespace: tce-lab
  labels:
    network.harvesterhci.io/clusternetwork: lab
    network.harvesterhci.io/type: L2VlanNetwork
    network.harvesterhci.io/vlan-id: "{tag}"
spec: {{config: '{config}'}}
"""


def machine(name: str, *legs: tuple[str, str, str, str, str]) -> str:
    """A leg: its network, MAC, name inside, address, next hop of the default route."""
    text = f"""\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {{name: {name}, namespace: tce-lab}}
spec:
  template:
    spec:
      domain:
        devices:
          interfaces:
"""
    for network_, mac, *_ in legs:
        text += f'            - {{name: {network_}, bridge: {{}}, macAddress: "{mac}"}}\n'
    text += "      networks:\n"
    for network_, *_ in legs:
        text += f"        - {{name: {network_}, multus: {{networkName: tce-lab/{network_}}}}}\n"
    text += """\
      volumes:
        - name: addresses
          cloudInitNoCloud:
            networkData: |
              version: 2
              ethernets:
"""
    for _, mac, inside, address, hop in legs:
        route = f'[{{to: "0.0.0.0/0", via: "{hop}"}}]' if hop else "[]"
        text += (
            f'                {inside}: {{match: {{macaddress: "{mac}"}}, set-name: {inside}, '
            f'dhcp4: false, dhcp6: false, accept-ra: false, addresses: ["{address}"], '
            f"routes: {route}}}\n"
        )
    return text


HARVESTER = {
    "network/harvester/cluster.yaml": """\
apiVersion: network.harvesterhci.io/v1beta1
kind: ClusterNetwork
metadata: {name: lab}
---
apiVersion: network.harvesterhci.io/v1beta1
kind: VlanConfig
metadata: {name: lab, labels: {network.harvesterhci.io/clusternetwork: lab}}
spec: {clusterNetwork: lab, uplink: {nics: [ens2], linkAttributes: {mtu: 1500}}}
""",
    "network/harvester/inside.yaml": network("inside", 412),
    "network/harvester/uplink.yaml": network("uplink", 411),
    "network/harvester/gateway.yaml": machine(
        "gateway",
        ("inside", "02:00:00:00:00:01", "tce0", "10.90.12.1/24", ""),
        ("uplink", "02:00:00:00:00:02", "up0", "192.0.2.2/29", "192.0.2.1"),
    ),
    "network/harvester/node.yaml": machine(
        "node", ("inside", "02:00:00:00:00:03", "tce0", "10.90.12.11/24", "10.90.12.1")
    ),
}
VPN = {
    "network/vpn/gateway.conf": f"""\
# the gateway
[Interface]
Address = 10.200.255.2/32
ListenPort = 51820
PostUp = wg set %i private-key /etc/wireguard/wg0.key

[Peer]
PublicKey = {PEER_KEY}
Endpoint = 198.51.100.10:51820
AllowedIPs = 10.200.0.0/16
""",
    "network/vpn/home.conf": f"""\
[Interface]
ListenPort = 51820
PostUp = wg set %i private-key /etc/wireguard/lab.key

[Peer]
PublicKey = {OWN_KEY}
Endpoint = 192.0.2.2:51820
AllowedIPs = 10.90.12.0/24, 2001:db8:90:12::/64, 10.200.255.2/32
""",
}
SHEET = {
    "network/assignment.yaml": """\
schema: tutela/assignment/v1
zones:
  inside:
    kind: tce
    leg: tce0
    vlan: 412
    networks: [10.90.12.0/24, "2001:db8:90:12::/64"]
  transit: {kind: transit, leg: up0, vlan: 411, networks: [192.0.2.0/29]}
  others: {kind: tenants, leg: up0, networks: [10.64.0.0/10]}
  home: {kind: institution, leg: wg0, networks: [10.200.0.0/16]}
  internet: {kind: internet, leg: up0, networks: []}
filters: []
"""
}
FILES = {**CLUSTER, **HARVESTER, **SHEET, **VPN}


def intent(text: str = SPEC) -> Intent:
    return read_intent(text, "spec.yaml", TODAY)


def edited(*edits: tuple[str, str, str]) -> dict[str, bytes]:
    """The files with some edits: file, what stands there, and what shall ("" appends)."""
    files = dict(FILES)
    for file, old, new in edits:
        text = files.get(file, "")
        assert old in text, f"{file} does not hold {old!r}"
        files[file] = text.replace(old, new, 1) if old else text + new
    return {file: text.encode() for file, text in files.items()}


def of_cluster(*edits: tuple[str, str, str]) -> tuple[Finding, ...]:
    files = edited(*edits)
    text = files["spec.yaml"].decode()
    return kubernetes.prove(files, yaml.safe_load(text), intent(text)).findings


def of_links(*edits: tuple[str, str, str]) -> tuple[Finding, ...]:
    files = edited(*edits)
    text = files["spec.yaml"].decode()
    return link.prove(files, yaml.safe_load(text), intent(text)).findings


def said(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{one.property} {one.file}:{one.line} {one.message}" for one in findings]
