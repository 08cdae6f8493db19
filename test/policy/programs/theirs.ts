// A cluster of another stack: what is known of it is its kubeconfig, which nobody answers, and its API server's host.
export const theirHost = "theirs-0a1b2c3d.hcp.westeurope.azmk8s.io";
export const theirKubeconfig = `apiVersion: v1
kind: Config
clusters: [{ name: theirs, cluster: { server: "https://127.0.0.1:1" } }]
contexts: [{ name: theirs, context: { cluster: theirs, user: me } }]
users:
  - name: me
    user:
      token: e3b0c44298fc1c149afbf4c8996fb924
current-context: theirs
`;
