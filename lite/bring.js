// Bring files of the site and keep them: with progress in bytes, into the browser's cache of this site.
//
// Their names change with their contents (tools/lite_wheels.py), so that what is kept is never asked for again, and a
// second visit needs no line. The service worker (offline.js) answers from the same cache.

export const KEPT = "conslaw_nb kept";

async function store() {
  try {
    return await caches.open(KEPT);
  } catch {
    return null; // a private window may keep nothing
  }
}

async function one(address, cache, tell) {
  const kept = cache && (await cache.match(address));
  if (kept) {
    tell(1);
    return kept;
  }
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} could not be fetched (status ${answer.status})`);
  const [parts, reader] = [[], answer.body.getReader()];
  // Where the answer is packed on its way, its length here is larger: progress is told as a share of what is expected.
  const expected = Number(answer.headers.get("Content-Length")) || 0;
  let come = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    come += value.length;
    tell(null, come, expected);
  }
  tell(1);
  const whole = new Response(new Blob(parts), {
    headers: { "Content-Type": answer.headers.get("Content-Type") || "application/octet-stream" },
  });
  if (cache) {
    try {
      await cache.put(address, whole.clone());
    } catch {
      // No room: it is fetched again the next time.
    }
  }
  return whole;
}

// Fetch a list of [address, bytes on the line, bytes when unpacked]; tell how many bytes of how many have come.
export async function bring(files, tell = () => {}) {
  const cache = await store();
  const total = files.reduce((sum, [, wire]) => sum + wire, 0);
  const share = files.map(() => 0);
  const answers = await Promise.all(
    files.map(([address, , size], k) =>
      one(address, cache, (whole, come) => {
        share[k] = whole ?? Math.min(1, come / size);
        tell(files.reduce((sum, [, wire], i) => sum + share[i] * wire, 0), total);
      }),
    ),
  );
  return new Map(files.map(([address], k) => [address, answers[k]]));
}

// Which of the files are here already: nothing is fetched.
export async function missing(files) {
  const cache = await store();
  if (!cache) return files;
  const here = await Promise.all(files.map(([address]) => cache.match(address)));
  return files.filter((_, k) => !here[k]);
}

export const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

// The files that the engine of a page, or a notebook's kernel, starts from; addresses made absolute.
export async function engine(root, part) {
  const listed = await (await fetch(new URL("conslaw/engine.json", root), { cache: "no-cache" })).json();
  const whole = (name) => new URL(name, root).href;
  return {
    ...listed,
    pyodide: whole(listed.pyodide),
    lock: whole(listed.lock),
    packages: listed.packages[part],
    files: listed.files[part].map(([name, wire, size]) => [whole(name), wire, size]),
  };
}
