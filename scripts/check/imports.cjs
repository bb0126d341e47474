/** Which folder may import which: the table in the README's map of folders, as rules. */
const only = (from, allowed) => ({
  name: `${from}-imports`,
  severity: "error",
  comment: `${from}/ may import ${allowed.length === 0 ? "no other part" : allowed.join(", ")}.`,
  from: { path: `^${from}/` },
  to: {
    path: "^(contracts|sdk|node|trainer|indexer|app|scripts|test|ignition)/",
    pathNot: `^(${[from, ...allowed].join("|")})/`,
  },
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    only("sdk", []),
    only("node", ["sdk"]),
    only("indexer", ["sdk"]),
    only("app", ["sdk"]),
    only("scripts", ["sdk", "ignition"]),
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "sdk-has-no-server-or-react",
      severity: "error",
      from: { path: "^sdk/src" },
      to: { path: "node_modules/(react|wagmi|fastify|helia)" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|generated|artifacts|cache)/" },
    parser: "swc",
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".tsx", ".mjs", ".js"],
    },
  },
};
