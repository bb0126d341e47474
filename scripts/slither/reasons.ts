/** Why a finding is none: by Slither's detector, then by the place where it sees something. */
export const reasons: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
