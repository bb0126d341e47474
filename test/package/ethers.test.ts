/** The npm package as somebody else gets it: packed, unpacked elsewhere, and used with ethers to contribute, vote and claim. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  AbiCoder,
  HDNodeWallet,
  hexlify,
  JsonRpcProvider,
  keccak256,
  Mnemonic,
  NonceManager,
  parseEther,
  randomBytes,
  type Signer,
} from "ethers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "../../scripts/deploy/hardhat.ts";
import { deployProtocol } from "../../scripts/deploy/protocol.ts";
import { deployer as deployerPerson } from "../../scripts/stack/accounts.ts";
import { startLocalChain } from "../contracts/localChain.ts";

type Bindings = typeof import("../../dist/contracts/ethers/index.js");

const TEXT = 0;
const FILES = 2;
/** Grades 3 and 2. */
const WORD = 0b1011n;
const phrase = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
const elsewhere = mkdtempSync(join(tmpdir(), "openledger-package-"));
const installed = join(elsewhere, "node_modules", "@openledger", "contracts");
const coder = AbiCoder.defaultAbiCoder();
let chain: Awaited<ReturnType<typeof startLocalChain>>;
let provider: JsonRpcProvider;
let bindings: Bindings;
let addresses: Record<string, string>;

beforeAll(async () => {
  execFileSync(process.execPath, [join(repositoryRoot, "scripts/package/build.ts")]);
  const source = join(repositoryRoot, "dist", "contracts");
  const npm = join(repositoryRoot, "node_modules", ".bin", "npm");
  execFileSync(existsSync(npm) ? npm : "npm", ["pack", "--silent", "--pack-destination", elsewhere], {
    cwd: source,
  });
  mkdirSync(installed, { recursive: true });
  const { version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  execFileSync("tar", ["-xzf", join(elsewhere, `openledger-contracts-${version}.tgz`), "-C", elsewhere]);
  cpSync(join(elsewhere, "package"), installed, { recursive: true });
  symlinkSync(join(repositoryRoot, "node_modules", "ethers"), join(elsewhere, "node_modules", "ethers"));
  bindings = await import(pathToFileURL(join(installed, "ethers", "index.js")).href);

  chain = await startLocalChain();
  await deployProtocol({ rpcUrl: chain.rpcUrl, account: deployerPerson.account, localWindows: true });
  addresses = JSON.parse(readFileSync(join(installed, "addresses.json"), "utf8"))["31337"];
  provider = new JsonRpcProvider(chain.rpcUrl, 31337, { staticNetwork: true, cacheTimeout: -1 });
  provider.pollingInterval = 20;
  // In this order: without an interval anvil mines nothing until it is told to mine at once.
  await provider.send("evm_setIntervalMining", [0]);
  await provider.send("evm_setAutomine", [true]);
}, 180_000);

afterAll(async () => {
  provider?.destroy();
  await chain?.stop();
  rmSync(elsewhere, { recursive: true, force: true });
});

/** A person of the local chain, whose transactions are numbered here: ethers asks the node too late. */
function person(index: number): { wallet: HDNodeWallet; signer: Signer } {
  const wallet = HDNodeWallet.fromMnemonic(phrase, `m/44'/60'/0'/0/${index}`).connect(provider);
  return { wallet, signer: new NonceManager(wallet) };
}

async function pass(seconds: number, blocks = 1): Promise<void> {
  await provider.send("evm_increaseTime", [seconds]);
  for (let mined = 0; mined < blocks; mined++) await provider.send("evm_mine", []);
}

async function passUntil(moment: bigint): Promise<void> {
  const block = await provider.getBlock("latest");
  await pass(Math.max(0, Number(moment) - (block?.timestamp ?? 0)));
}

const sent = async (call: Promise<{ wait: () => Promise<unknown> }>) => (await call).wait();

test("with ethers and the package alone one contributes, votes and claims", async () => {
  const { Court__factory, Datanets__factory, OpenToken__factory, Seats__factory, Vault__factory } = bindings;
  const deployer = person(0);
  const contributor = person(2);
  const voters = [3, 4, 5, 6, 7].map(person);
  const owner = person(8);
  const at = (key: string) => addresses[key] as string;
  const token = OpenToken__factory.connect(at("openToken"), deployer.signer);
  const court = Court__factory.connect(at("court"), deployer.signer);
  const datanets = Datanets__factory.connect(at("datanets"), owner.signer);
  const vault = Vault__factory.connect(at("vault"), deployer.signer);

  // Money, seats and a Datanet.
  for (const { wallet } of [...voters, owner]) await sent(token.transfer(wallet.address, parseEther("2000")));
  for (const { signer } of voters) {
    await sent(token.connect(signer).approve(at("seats"), parseEther("1000")));
    await sent(Seats__factory.connect(at("seats"), signer).stake(TEXT, 1));
  }
  await sent(token.connect(owner.signer).approve(at("vault"), parseEther("1000")));
  await sent(datanets.create(TEXT, parseEther("1"), parseEther("0.1"), "Letters", "CC0-1.0", "Write well."));
  const datanet = await datanets.datanetCount();
  await sent(datanets.fund(datanet, parseEther("500")));

  // The contributor signs, somebody else sends.
  const now = (await provider.getBlock("latest"))?.timestamp ?? 0;
  const submission = {
    contributor: contributor.wallet.address,
    datanet,
    files: FILES,
    sizeBytes: 2_000,
    terms: 1,
    leavesRoot: keccak256(randomBytes(32)),
    manifestDigest: keccak256(randomBytes(32)),
    deadline: now + 3_600,
  };
  const signature = await contributor.wallet.signTypedData(
    { name: "OpenLedger", version: "1", chainId: 31337, verifyingContract: at("datanets") },
    {
      Submission: [
        { name: "contributor", type: "address" },
        { name: "datanet", type: "uint32" },
        { name: "files", type: "uint8" },
        { name: "sizeBytes", type: "uint32" },
        { name: "terms", type: "uint16" },
        { name: "leavesRoot", type: "bytes32" },
        { name: "manifestDigest", type: "bytes32" },
        { name: "deadline", type: "uint40" },
      ],
    },
    submission,
  );
  await sent(datanets.connect(deployer.signer).submit(submission, signature));
  const root = await datanets.rootOf(submission.contributor, submission.leavesRoot);
  const { docket } = await datanets.submissionOf(root);
  expect((await datanets.quotaOf(submission.contributor)).filesLeft).toBe(20n - BigInt(FILES));

  // The committee commits and reveals.
  await passUntil((await court.docketOf(docket)).closesAt);
  await sent(court.close(TEXT));
  await pass(2, 3);
  await sent(court.draw(docket));
  const committee = await court.committee(docket);
  const salt = hexlify(randomBytes(32));
  for (const { wallet, signer } of voters) {
    const commitment = keccak256(
      coder.encode(
        ["uint256", "address", "uint40", "address", "uint256", "bytes32", "bytes32"],
        [31337, at("court"), docket, wallet.address, WORD, keccak256("0x"), salt],
      ),
    );
    await sent(court.connect(signer).commit(docket, commitment));
  }
  await passUntil((await court.docketOf(docket)).commitEnds);
  for (const { wallet, signer } of voters) {
    const draw = committee.indexOf(wallet.address);
    await sent(court.connect(signer).reveal(docket, draw, WORD, salt, "0x"));
  }
  await sent(court.settle(docket));

  // Nobody appeals; the files are paid, voters too.
  await expect(datanets.finalize.staticCall(root)).rejects.toMatchObject({
    data: court.interface.encodeErrorResult("StillAppealable", [
      docket,
      (await court.docketOf(docket)).appealEnds,
    ]),
  });
  await passUntil((await court.docketOf(docket)).appealEnds);
  await sent(datanets.connect(deployer.signer).finalize(root));
  await sent(vault.claim(contributor.wallet.address));
  expect(await token.balanceOf(contributor.wallet.address)).toBe(parseEther("5"));
  const [voter] = voters;
  await sent(vault.claim(voter?.wallet.address as string));
  expect(await token.balanceOf(voter?.wallet.address as string)).toBe(parseEther("1000.04"));

  // What happened can be read from typed events.
  const [finalized] = await datanets.queryFilter(datanets.filters.Finalized(root));
  expect(finalized?.args.grades).toBe(WORD);
  expect(finalized?.args.rewardWei).toBe(parseEther("5"));
}, 120_000);
