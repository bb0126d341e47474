/** A real Chromium for tests: the one named by CHROMIUM_PATH, else the build that comes with an npm package. */
import { type Browser, chromium } from "playwright-core";

/** Starts Chromium without a window. */
export async function launchChromium(): Promise<Browser> {
  const own = process.env.CHROMIUM_PATH;
  if (own) return chromium.launch({ executablePath: own, args: ["--no-sandbox", "--disable-gpu"] });
  // The package unpacks the shared libraries that a bare machine lacks only when it believes to run in this environment.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= "nodejs22.x";
  const { default: packaged } = await import("@sparticuz/chromium");
  // A single process and a switched-off web security are for another purpose and make pages behave unlike a user's.
  const args = packaged.args.filter((arg) => !["--single-process", "--disable-web-security"].includes(arg));
  return chromium.launch({ executablePath: await packaged.executablePath(), args });
}
