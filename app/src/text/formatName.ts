import { formatOfMediaType } from "@openledger/sdk/formats";

/** What people call a media type: "Word document" instead of its long name. */
export function formatName(mediaType: string): string {
  return formatOfMediaType(mediaType)?.label ?? mediaType;
}
