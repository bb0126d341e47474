import { globSync } from "node:fs";
import { createRequire } from "node:module";
import toolboxViem from "@nomicfoundation/hardhat-toolbox-viem";
import { configVariable, defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

/** The compiler comes with npm: nothing is downloaded at build time. */
const compiler = { version: "0.8.37", path: require.resolve("solc/soljson.js") };
const tests = globSync("contracts/**/*.t.sol", { cwd: import.meta.dirname });

export default defineConfig({
  plugins: [toolboxViem],
  solidity: {
    compilers: [
      {
        ...compiler,
        settings: { optimizer: { enabled: true, runs: 1_000_000 }, viaIR: true, evmVersion: "prague" },
      },
    ],
    // Tests deploy the optimized contracts by name; what only tests consist of compiles ten times faster as it is.
    overrides: Object.fromEntries(
      tests.map((file) => [file, { ...compiler, settings: { evmVersion: "prague" } }]),
    ),
    npmFilesToBuild: [
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@openzeppelin/contracts/governance/TimelockController.sol",
    ],
    // Tests deploy the compiled contracts, so that changing a test does not compile the protocol again.
    splitTestsCompilation: true,
  },
  networks: {
    // Any chain by URL: scripts/deploy/ overrides url and key.
    rpc: { type: "http", url: "http://127.0.0.1:8545" },
  },
  // `npm run verify` reads the key only where there is one; Sourcify needs none.
  verify: {
    etherscan: { apiKey: configVariable("ETHERSCAN_API_KEY") },
    sourcify: { apiUrl: "https://sourcify.dev/server" },
  },
  // Tests (*.t.sol) lie beside the sources.
  paths: { sources: "./contracts" },
  test: {
    solidity: {
      fuzz: { runs: 256, seed: "0x4f50454e" },
      invariant: { runs: 32, depth: 96, failOnRevert: true },
    },
  },
});
