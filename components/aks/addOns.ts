/** The add-ons that Azure Verified Modules know (bicep-registry-modules, avm/res/container-service/managed-cluster). */
export const addOnNames = [
  "aciConnectorLinux",
  "azureKeyvaultSecretsProvider",
  "azurepolicy",
  "httpApplicationRouting",
  "ingressApplicationGateway",
  "omsagent",
  "openServiceMesh",
];
