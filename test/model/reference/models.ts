import { type Address, type Hex, zeroHash } from "viem";
import type { TrainingModel } from "./training.ts";
import { refuse, type World } from "./world.ts";

/** The list of base models. Releases have no part in the money, and tests of their own. */
export class ModelsModel {
  readonly world: World;
  readonly training: TrainingModel;

  constructor(world: World, training: TrainingModel) {
    this.world = world;
    this.training = training;
  }

  addBase(caller: Address, baseDigest: Hex, family: string, name: string, licence: string): void {
    this.world.requireGovernor(caller);
    if (baseDigest === zeroHash) refuse("UnknownBase", baseDigest);
    if (this.training.bases.has(baseDigest)) refuse("BaseAlreadyAdded", baseDigest);
    this.training.bases.add(baseDigest);
    this.world.emit("models", "BaseAdded", { baseDigest, family, name, licence });
  }

  removeBase(caller: Address, baseDigest: Hex): void {
    this.world.requireGovernor(caller);
    if (!this.training.bases.delete(baseDigest)) refuse("UnknownBase", baseDigest);
    this.world.emit("models", "BaseRemoved", { baseDigest });
  }
}
