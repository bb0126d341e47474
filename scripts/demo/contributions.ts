/** The first act: eight people bring files, some of which must be turned away. */
import { datanetsAbi } from "@openledger/sdk/abi/datanets";
import { addressesOf } from "@openledger/sdk/addresses";
import { type Hex, keccak256, type PublicClient, toHex } from "viem";
import { contributors, type Person } from "../stack/accounts.ts";
import { refusal } from "../stack/transactions.ts";
import {
  type DemoFile,
  emptyFile,
  flatPicture,
  randomCharacters,
  realFile,
  renamedBinary,
  silence,
  tooLarge,
  wordProblems,
} from "./files.ts";
import { type Contribution, contribute, GatewayClient, GatewayRefusal } from "./gateway.ts";
import { until } from "./questions.ts";

/** A file that was turned away before it reached the chain. */
export interface Refusal {
  who: string;
  file: string;
  key: string;
  sentence: string;
}

/** What the first act leaves. */
export interface Contributions {
  /** File names by root. */
  sent: Record<Hex, string[]>;
  refused: Refusal[];
}

/** Runs the first act. Everybody acts at once; within a person's turn things happen in order. */
export class ContributionAct {
  readonly #gateway: GatewayClient;
  readonly #client: PublicClient;
  readonly #tell: (line: string) => void;
  readonly #result: Contributions = { sent: {}, refused: [] };

  constructor(gatewayUrl: string, client: PublicClient, tell: (line: string) => void) {
    this.#gateway = new GatewayClient(gatewayUrl);
    this.#client = client;
    this.#tell = tell;
  }

  /** @returns Once every good file is mined. */
  async play(): Promise<Contributions> {
    const [ada, ben, chloe, dmitri, emeka, farah, goro, hana] = contributors;
    if (!ada || !ben || !chloe || !dmitri || !emeka || !farah || !goro || !hana)
      throw new Error("The demo needs eight contributors.");
    const text = 1;
    const image = 2;
    const audio = 3;
    await Promise.all([
      this.#bring(ada, text, wordProblems(1, 20)).then(async () => {
        await this.#bring(ada, text, wordProblems(21, 21));
        await this.#askContract(ada, text);
        // Chloe brings what Ada brought before.
        await this.#bring(chloe, text, [
          ...wordProblems(3, 3),
          randomCharacters(),
          realFile("text/winter-of-discontent.txt"),
        ]);
      }),
      this.#bring(ben, text, [
        ...wordProblems(22, 24),
        realFile("text/coriolanus-opening.txt"),
        realFile("text/balcony-scene.md"),
        realFile("text/tempest-extract.pdf"),
        realFile("text/shrew-extract.docx"),
        realFile("image/astronaut.png"),
        renamedBinary(),
        emptyFile(),
      ]),
      this.#bring(
        dmitri,
        image,
        ["astronaut.png", "chelsea-cat.jpg", "coffee.webp", "hubble-deep-field.jpg"].map((name) =>
          realFile(`image/${name}`),
        ),
      ),
      this.#bring(emeka, image, [
        ...["rocket.jpg", "camera.png", "brick-wall.webp"].map((name) => realFile(`image/${name}`)),
        flatPicture(),
      ]),
      this.#bring(
        farah,
        audio,
        ["0_george_0.wav", "1_george_0.wav", "2_jackson_0.wav", "3_nicolas_0.wav", "5_theo_0.wav"].map(
          (name) => realFile(`audio/${name}`),
        ),
      ),
      this.#bring(goro, audio, [
        ...["4_theo_0.flac", "6_theo_0.flac", "9_jackson_0.flac"].map((name) => realFile(`audio/${name}`)),
        silence(),
      ]),
      this.#bring(hana, text, [tooLarge()]).then(async () => {
        await this.#bring(hana, audio, [realFile("audio/7_george_0.wav")], ada);
        await this.#bring(hana, audio, [realFile("audio/7_george_0.wav"), realFile("audio/8_jackson_0.wav")]);
      }),
    ]);
    return this.#result;
  }

  async #bring(person: Person, datanet: number, files: DemoFile[], signer: Person = person): Promise<void> {
    const chainId = await this.#client.getChainId();
    const chain = { chainId, datanets: addressesOf(chainId).datanets };
    let contribution: Contribution;
    try {
      contribution = await contribute(this.#gateway, chain, person, datanet, files, signer);
    } catch (error) {
      if (!(error instanceof GatewayRefusal)) throw error;
      for (const file of files)
        this.#refuse({ who: person.name, file: file.name, key: error.code, sentence: error.message });
      return;
    }
    for (const file of contribution.refused) {
      const { key, sentence } = file.reason ?? { key: "unknown", sentence: "No reason was given." };
      this.#refuse({ who: person.name, file: file.name, key, sentence });
    }
    const { root, sent } = contribution;
    if (!root) return;
    this.#tell(
      `${person.name} signs ${sent.length} ${sent.length === 1 ? "file" : "files"} for Datanet ${datanet}; submission ${root.slice(0, 10)}…`,
    );
    this.#result.sent[root] = sent.map(({ name }) => name);
    const status = await until(`The submission of ${person.name} being mined`, 60, async () => {
      const now = await this.#gateway.status(root);
      if (now.state === "failed")
        throw new Error(`The submission of ${person.name} failed: ${now.error?.sentence}`);
      return ["received", "signed", "sent"].includes(now.state) ? undefined : now;
    });
    this.#tell(
      `${person.name}'s submission ${root.slice(0, 10)}… is mined, its files are published${status.docket === undefined ? "" : `, docket ${status.docket}`}`,
    );
  }

  /** Shows that the quota holds without the gateway: the contract itself refuses the 21st file. */
  async #askContract(person: Person, datanet: number): Promise<void> {
    const addresses = addressesOf(await this.#client.getChainId());
    const submission = {
      contributor: person.account.address,
      datanet,
      files: 1,
      sizeBytes: 100,
      terms: 1,
      leavesRoot: keccak256(toHex("a 21st file")),
      manifestDigest: keccak256(toHex("its manifest")),
      deadline: Math.floor(Date.now() / 1000) + 86_400,
    };
    const sentence = await refusal(this.#client, person.account, {
      to: addresses.datanets,
      abi: datanetsAbi,
      functionName: "submit",
      args: [submission, "0x"],
    });
    if (sentence === undefined) throw new Error("The contract took a 21st file of one address and day.");
    this.#tell(`${person.name} asks the contract directly: ${sentence}`);
  }

  #refuse(refusal: Refusal): void {
    this.#result.refused.push(refusal);
    this.#tell(`${refusal.who}'s ${refusal.file} is refused: ${refusal.sentence}`);
  }
}
