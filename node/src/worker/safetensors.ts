import { open } from "node:fs/promises";

/** Where a tensor lies in a safetensors file. */
export interface TensorPlace {
  dtype: string;
  shape: number[];
  /** Offsets from the file's beginning. */
  from: number;
  to: number;
}

const LONGEST_HEADER = 16 * 1024 * 1024;

/** The names and places of the tensors of a safetensors file. @throws Error when it is none. */
export async function tensorsOf(path: string): Promise<Map<string, TensorPlace>> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Number((await file.read(Buffer.alloc(8), 0, 8, 0)).buffer.readBigUInt64LE());
    if (length > LONGEST_HEADER || 8 + length > size) throw new Error(`${path} is no safetensors file.`);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, 8);
    const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> =
      JSON.parse(buffer.toString("utf8"));
    const places = new Map<string, TensorPlace>();
    for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
      if (name === "__metadata__") continue;
      const [from, to] = [8 + length + offsets[0], 8 + length + offsets[1]];
      const isInside =
        Number.isSafeInteger(from) && Number.isSafeInteger(to) && 8 + length <= from && from <= to;
      if (!isInside || to > size) throw new Error(`${path} is cut off.`);
      places.set(name, { dtype, shape, from, to });
    }
    return places;
  } finally {
    await file.close();
  }
}

/** Whether an adapter holds exactly the tensors that a checkpoint holds under `adapter/`. */
export async function isAdapterOfCheckpoint(adapterPath: string, checkpointPath: string): Promise<boolean> {
  const [adapter, checkpoint] = await Promise.all([tensorsOf(adapterPath), tensorsOf(checkpointPath)]);
  const saved = [...checkpoint.keys()].filter((name) => name.startsWith("adapter/"));
  if (saved.length !== adapter.size) return false;
  const [one, other] = await Promise.all([open(adapterPath), open(checkpointPath)]);
  try {
    for (const [name, place] of adapter) {
      const twin = checkpoint.get(`adapter/${name}`);
      if (twin === undefined || twin.dtype !== place.dtype || twin.to - twin.from !== place.to - place.from)
        return false;
      const length = place.to - place.from;
      const [a, b] = await Promise.all([
        one.read(Buffer.alloc(length), 0, length, place.from),
        other.read(Buffer.alloc(length), 0, length, twin.from),
      ]);
      if (!a.buffer.equals(b.buffer)) return false;
    }
    return true;
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
}
