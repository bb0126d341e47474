import { useQuery } from "@tanstack/react-query";
import { textPreviewQuery } from "../data/manifests.ts";
import { QueryView } from "./QueryView.tsx";

type FilePreviewProps = { name: string; mediaType: string; cid: string };

const SHOWN_AS_TEXT = /^text\/|^application\/(jsonl|json)$/;

/** A look at a published file: text, picture or sound in the page, anything else as a link. */
export function FilePreview({ name, mediaType, cid }: FilePreviewProps) {
  const address = `/ipfs/${cid}`;
  return (
    <figure className="preview stack-tight">
      {SHOWN_AS_TEXT.test(mediaType) && <TextPreview cid={cid} />}
      {mediaType.startsWith("image/") && mediaType !== "image/tiff" && (
        <img src={address} alt={`The file ${name}`} />
      )}
      {mediaType.startsWith("audio/") && (
        // biome-ignore lint/a11y/useMediaCaption: contributed recordings come without captions
        <audio controls preload="metadata" src={address} aria-label={`The recording ${name}`} />
      )}
      <figcaption className="small soft">
        <a href={address} download={name}>
          Download {name}
        </a>
      </figcaption>
    </figure>
  );
}

function TextPreview({ cid }: { cid: string }) {
  const query = useQuery(textPreviewQuery(cid));
  return (
    <QueryView query={query} what="the text" lines={3}>
      {({ text, cut }) => (
        <pre className="preview-text">
          {text}
          {cut && "\n… (cut here; download the file for the rest)"}
        </pre>
      )}
    </QueryView>
  );
}
