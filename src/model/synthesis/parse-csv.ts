/**
 * Rows of a CSV text by column name (RFC 4180: fields may be quoted, quotes are doubled, lines end with LF or CRLF). Missing fields
 * at the end of a row are empty.
 */
export function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[""]];
  let quoted = false;
  const source = text.replace(/^\uFEFF/, "");
  for (let i = 0; i < source.length; i++) {
    const row = rows[rows.length - 1], c = source[i];
    if (quoted && c === '"' && source[i + 1] === '"') {
      row[row.length - 1] += '"';
      i++;
    } else if (c === '"') quoted = !quoted;
    else if (!quoted && c === ",") row.push("");
    else if (!quoted && c === "\n") rows.push([""]);
    else if (quoted || c !== "\r") row[row.length - 1] += c;
  }
  const [header, ...body] = rows;
  return body
    .filter((row) => row.length > 1 || row[0] !== "")
    .map((row) => Object.fromEntries(header.map((name, k) => [name.trim(), row[k] ?? ""])));
}
