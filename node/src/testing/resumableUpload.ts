import type { Address } from "viem";
import { expect } from "vitest";
import type { TestFile } from "./gatewayClient.ts";

/** A resumable upload of which the first half is there. */
interface HalfUpload {
  path: string;
  file: TestFile;
}

/** Begins a resumable upload and sends the first half of its bytes. */
export async function beginUpload(
  url: string,
  contributor: Address,
  datanet: number,
  file: TestFile,
): Promise<HalfUpload> {
  const base64 = (value: string) => Buffer.from(value).toString("base64");
  const response = await fetch(`${url}/v1/uploads/tus`, {
    method: "POST",
    headers: {
      "tus-resumable": "1.0.0",
      "upload-length": String(file.bytes.length),
      "upload-metadata": `filename ${base64(file.name)},contributor ${base64(contributor)},datanet ${base64(String(datanet))}`,
      "content-type": "application/offset+octet-stream",
    },
    body: file.bytes.slice(0, file.bytes.length / 2),
  });
  expect(response.status).toBe(201);
  return { path: response.headers.get("location") ?? "", file };
}

/** Asks how much is there, and sends the rest. */
export async function finishUpload(url: string, { path, file }: HalfUpload): Promise<unknown> {
  const headers = { "tus-resumable": "1.0.0" };
  const head = await fetch(`${url}${path}`, { method: "HEAD", headers });
  const offset = Number(head.headers.get("upload-offset"));
  expect(offset).toBe(Math.floor(file.bytes.length / 2));
  const response = await fetch(`${url}${path}`, {
    method: "PATCH",
    headers: {
      ...headers,
      "upload-offset": String(offset),
      "content-type": "application/offset+octet-stream",
    },
    body: file.bytes.slice(offset),
  });
  return response.json();
}
