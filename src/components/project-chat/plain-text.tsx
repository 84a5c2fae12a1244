/** As large as the paragraphs of Markdown, so that little moves when that is rendered. */
export function PlainText({ text }: { text: string }) {
  return <p className="wrap-anywhere whitespace-pre-wrap">{text}</p>;
}
