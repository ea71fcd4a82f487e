// The worker of a notebook's kernel. Python starts in it at once; the application, which is still on its way, finds it
// started when it asks (start.mjs).

import "@KERNEL@";
import { python } from "./python.js";

self.conslawPython = python(new URL("../", import.meta.url), "notebook", (told) => postMessage({ conslaw: told }));
self.conslawPython.catch(() => {}); // whoever asks for it is told
