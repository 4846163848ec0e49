// npm ci, for builds that may run at the same time: one installs, the others wait and find the packages there.
// Plain JavaScript without packages: it runs before there are any.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";

const lock = "node_modules.lock";
const installed = "node_modules/.package-lock.json";
// No install takes as long; who left such a lock was killed.
const stale = 10 * 60_000;

const isNew = () => {
  try {
    return statSync(installed).mtimeMs >= statSync("package-lock.json").mtimeMs;
  } catch {
    return false;
  }
};

const take = () => {
  try {
    mkdirSync(lock);
    writeFileSync(`${lock}/pid`, String(process.pid));
    return true;
  } catch {
    return false;
  }
};

const isLeft = () => {
  try {
    process.kill(Number(readFileSync(`${lock}/pid`, "utf8")), 0);
    return false;
  } catch (error) {
    // No such process; or a lock that is only being made, which is left after a while.
    return error.code === "ESRCH" || Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > stale;
  }
};

while (!take()) {
  if (isLeft()) rmSync(lock, { recursive: true, force: true });
  else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
}
try {
  if (!isNew()) {
    const npm = spawnSync("npm ci --ignore-scripts --no-audit --no-fund --loglevel=error", { stdio: "inherit", shell: true });
    if (npm.status !== 0) process.exitCode = npm.status || 1;
    else utimesSync(installed, new Date(), new Date());
  }
} finally {
  rmSync(lock, { recursive: true, force: true });
}
