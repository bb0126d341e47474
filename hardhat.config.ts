import { createRequire } from "node:module";
import toolboxViem from "@nomicfoundation/hardhat-toolbox-viem";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [toolboxViem],
  solidity: {
    version: "0.8.37",
    // The compiler comes with npm: nothing is downloaded at build time.
    path: require.resolve("solc/soljson.js"),
    settings: { optimizer: { enabled: true, runs: 1_000_000 }, viaIR: true, evmVersion: "prague" },
    npmFilesToBuild: ["@openzeppelin/contracts/access/manager/AccessManager.sol"],
    // Tests deploy the compiled contracts, so that changing a test does not compile the protocol again.
    splitTestsCompilation: true,
  },
  networks: {
    // Any chain by URL: scripts/deploy/ overrides url and key.
    rpc: { type: "http", url: "http://127.0.0.1:8545" },
  },
  paths: { sources: "./contracts", tests: { solidity: "./contracts" } },
  test: {
    solidity: {
      fuzz: { runs: 256, seed: "0x4f50454e" },
      invariant: { runs: 24, depth: 64, failOnRevert: false },
    },
  },
});
