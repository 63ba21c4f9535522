// The program as bin/reenact.js starts it, but from its sources.
import { main } from "../../src/cli/main.js";

await main(process.argv.slice(2));
