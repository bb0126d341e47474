import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A contract's source, as a client gives it to Sourcify. */
export type Submitted = {
  address: string;
  stdJsonInput: { settings: object };
  contractIdentifier: string;
  compilerVersion: string;
  creationTransactionHash: string;
};

/** What the server answers about an address, besides accepting it. */
export type Behaviour = {
  /** Says "too many requests" this many times before it takes anything. */
  busy: Map<string, number>;
  /** Finds that the source does not compile to the code. */
  refuses: Set<string>;
};

/** A contract's source, as a client gives it to Etherscan. */
type Form = Record<string, string>;

/**
 * A local HTTP server with the three requests that Hardhat's plugin makes to an explorer: look a contract up, give its
 * source, ask how the comparison went. It has them as in Sourcify's v2 API, and below `/etherscan` as in Etherscan's. It
 * keeps what it was given and compares nothing.
 */
export async function startExplorerServer(behaviour: Behaviour) {
  const submitted: Submitted[] = [];
  const forms: Form[] = [];
  const verified = new Set<string>();

  const answers: [RegExp, (match: string[], body: string) => [number, object]][] = [
    [
      /^GET \/v2\/contract\/(\d+)\/(0x\w{40})$/,
      ([, chainId = "", address = ""]) => {
        const match = verified.has(address) ? "exact_match" : null;
        return [match ? 200 : 404, contractAnswer(chainId, address, match)];
      },
    ],
    [
      /^POST \/v2\/verify\/(\d+)\/(0x\w{40})$/,
      ([, chainId = "", address = ""], body) => {
        const waits = behaviour.busy.get(address) ?? 0;
        behaviour.busy.set(address, waits - 1);
        if (waits > 0) return [429, failure("too_many_requests", "Too many requests, try again later")];
        submitted.push({ address, ...JSON.parse(body) });
        if (!behaviour.refuses.has(address)) verified.add(address);
        return [202, { verificationId: `${chainId}-${address}` }];
      },
    ],
    [
      /^GET \/v2\/verify\/(\d+)-(0x\w{40})$/,
      ([, chainId = "", address = ""]) => {
        const refused = behaviour.refuses.has(address);
        return [
          200,
          {
            isJobCompleted: true,
            verificationId: `${chainId}-${address}`,
            jobStartTime: new Date().toISOString(),
            contract: contractAnswer(chainId, address, refused ? null : "exact_match"),
            ...(refused && { error: failure("no_match", "The bytecodes do not match") }),
          },
        ];
      },
    ],
    [
      /^GET \/etherscan\?.*action=getsourcecode/,
      ([path = ""]) => {
        const address = parametersOf(path).address;
        const known = forms.some(({ contractaddress }) => contractaddress === address);
        return [200, { status: "1", message: "OK", result: [{ SourceCode: known ? "{}" : "" }] }];
      },
    ],
    [
      /^POST \/etherscan\?.*action=verifysourcecode/,
      ([path = ""], body) => {
        forms.push({ ...parametersOf(path), ...Object.fromEntries(new URLSearchParams(body)) });
        return [200, { status: "1", message: "OK", result: "guid" }];
      },
    ],
    [
      /^GET \/etherscan\?.*action=checkverifystatus/,
      () => [200, { status: "1", message: "OK", result: "Pass - Verified" }],
    ],
  ];

  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const asked = `${request.method} ${request.url}`;
    const found = answers.find(([pattern]) => pattern.test(asked));
    const [status, answer] = found
      ? found[1]([asked, ...(found[0].exec(asked)?.slice(1) ?? [])], body)
      : ([404, failure("route_not_found", asked)] as const);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${port}`, submitted, forms, stop };
}

function parametersOf(path: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(path.slice(path.indexOf("?"))));
}

function contractAnswer(chainId: string, address: string, match: string | null) {
  return { match, creationMatch: match, runtimeMatch: match, chainId, address };
}

function failure(customCode: string, message: string) {
  return { customCode, message, errorId: "0" };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
