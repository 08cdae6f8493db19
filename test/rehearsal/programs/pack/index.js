// A policy pack for the tests of the command line: small, and it does what it is told in its configuration.
const fs = require("node:fs");
const { PolicyPack } = require("@pulumi/policy");

const isString = (args) => args.type === "random:index/randomString:RandomString";

new PolicyPack("small", {
  policies: [
    {
      name: "long-enough",
      description: "A string must be long enough.",
      enforcementLevel: "mandatory",
      severity: "high",
      configSchema: { properties: { least: { type: "integer", default: 8 } } },
      validateResource(args, report) {
        if (isString(args) && args.props.length < args.getConfig().least)
          report(`${args.props.length} is too short.`);
      },
    },
    {
      name: "few-strings",
      description: "A stack must have few strings.",
      enforcementLevel: "disabled",
      severity: "low",
      validateStack: ({ resources, stackTags }, report) =>
        report(`${resources.filter(isString).length} strings in project ${stackTags.get("pulumi:project")}.`),
    },
    {
      name: "no-special",
      description: "A string must have no special characters.",
      enforcementLevel: "disabled",
      remediateResource: (args) => (isString(args) ? { ...args.props, special: false } : undefined),
      validateResource(args, report) {
        if (isString(args) && args.props.special !== false) report("special is not false.");
      },
    },
    {
      name: "pauses",
      description: "Says who it is, and does not answer before it is ended.",
      enforcementLevel: "disabled",
      configSchema: { properties: { file: { type: "string" } } },
      async validateResource({ getConfig }) {
        fs.writeFileSync(getConfig().file, String(process.pid));
        console.error("waiting");
        await new Promise((resolve) => setTimeout(resolve, 600_000));
      },
    },
    {
      name: "throws",
      description: "Is broken.",
      enforcementLevel: "disabled",
      validateResource() {
        throw new Error("the policy's own mistake");
      },
    },
  ],
});
