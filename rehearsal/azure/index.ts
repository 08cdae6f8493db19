// What the rest of the rehearsal sees of its Azure.
export { azureProvider, type AzureOptions } from "./provider";
export { registerCluster, type RegisteredCluster } from "./register";
