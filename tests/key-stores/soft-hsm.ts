import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Handle, PKCS11 } from "pkcs11js";
import type { Pkcs11 } from "@/lib/key-stores/pkcs11-token";

const DRIVERS = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib64/pkcs11/libsofthsm2.so",
  "/usr/local/lib/softhsm/libsofthsm2.so",
  "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

const APT_GET = "/usr/bin/apt-get";

/** What the PKCS#11 tests need: a driver of SoftHSM2 and the compiled pkcs11js. */
export interface SoftHsm {
  driver: string;
  pkcs11: Pkcs11;
}

/**
 * @returns what is missing, as the rest of a sentence, where something is; as root on Debian SoftHSM2 is
 * installed first
 */
export async function findSoftHsm(): Promise<SoftHsm | string> {
  // A configured driver that is missing is an error, not a reason to skip.
  const named = process.env["SOFTHSM2_DRIVER"];
  if (named !== undefined && !existsSync(named)) throw new Error(`SOFTHSM2_DRIVER: there is no ${named}.`);
  const driver = named ?? installed() ?? installedWithApt();
  if (driver === undefined) return "SoftHSM2 is absent (apt-get install softhsm2, or set SOFTHSM2_DRIVER)";
  try {
    return { driver, pkcs11: (await import("pkcs11js")).default };
  } catch {
    return "the optional package pkcs11js is absent or not compiled (npm install, with Python and a C++ compiler)";
  }
}

function installed(): string | undefined {
  return DRIVERS.find((driver) => existsSync(driver));
}

function installedWithApt(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync(APT_GET)) return undefined;
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }, stdio: "ignore" } as const;
  try {
    execFileSync(APT_GET, ["-qq", "update"], options);
    execFileSync(APT_GET, ["-qq", "install", "--yes", "--no-install-recommends", "softhsm2"], options);
  } catch {
    return undefined; // no network, or a mirror that lacks it
  }
  return installed();
}

export interface Token {
  label: string;
  pin: string;
}

/** SoftHSM in a separate folder, used directly: what an administrator does with a token. */
export class TokenFolder {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "orchestral-softhsm-"));
  readonly #pkcs11: Pkcs11;
  readonly #module: PKCS11;

  /** Sets SOFTHSM2_CONF for this process: SoftHSM reads it when it is initialised, which is now. */
  constructor({ driver, pkcs11 }: SoftHsm) {
    const tokens = path.join(this.#folder, "tokens");
    const settings = path.join(this.#folder, "softhsm2.conf");
    mkdirSync(tokens);
    writeFileSync(
      settings,
      `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    );
    process.env["SOFTHSM2_CONF"] = settings;
    this.#pkcs11 = pkcs11;
    this.#module = new pkcs11.PKCS11();
    this.#module.load(driver);
    this.#module.C_Initialize({ flags: pkcs11.CKF_OS_LOCKING_OK });
  }

  createToken(label: string): Token {
    const [pkcs11, module] = [this.#pkcs11, this.#module];
    const pin = randomBytes(8).toString("hex");
    const officerPin = this.createEmptyToken(label);
    const session = module.C_OpenSession(this.slot(label), pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION);
    module.C_Login(session, pkcs11.CKU_SO, officerPin);
    module.C_InitPIN(session, pin);
    module.C_Logout(session);
    module.C_CloseSession(session);
    return { label, pin };
  }

  /** @returns the PIN of its security officer; no other user can log in yet */
  createEmptyToken(label: string): string {
    const officerPin = randomBytes(8).toString("hex");
    const [free] = this.#module.C_GetSlotList(false).slice(-1);
    if (free === undefined) throw new Error("SoftHSM has no free slot.");
    this.#module.C_InitToken(free, officerPin, label.padEnd(32)); // pkcs11js reads 32 bytes, whatever the length
    return officerPin;
  }

  /** Makes an AES key in the token. It cannot be read out unless `readable` says so. */
  createKey(
    token: Token,
    label: string,
    change: { readable?: boolean; bytes?: number; encrypts?: boolean } = {},
  ): void {
    const pkcs11 = this.#pkcs11;
    const { readable = false, bytes = 32, encrypts = true } = change;
    this.inSession(token, (module, session) => {
      module.C_GenerateKey(session, { mechanism: pkcs11.CKM_AES_KEY_GEN }, [
        { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_SECRET_KEY },
        { type: pkcs11.CKA_KEY_TYPE, value: pkcs11.CKK_AES },
        { type: pkcs11.CKA_LABEL, value: label },
        { type: pkcs11.CKA_VALUE_LEN, value: bytes },
        { type: pkcs11.CKA_TOKEN, value: true },
        { type: pkcs11.CKA_PRIVATE, value: true },
        { type: pkcs11.CKA_ENCRYPT, value: encrypts },
        { type: pkcs11.CKA_DECRYPT, value: true },
        { type: pkcs11.CKA_SENSITIVE, value: !readable },
        { type: pkcs11.CKA_EXTRACTABLE, value: readable },
      ]);
    });
  }

  /** Runs in a session that is logged in. All others of this process are closed before and after it. */
  inSession<T>({ label, pin }: Token, work: (module: PKCS11, session: Handle) => T): T {
    const [pkcs11, module] = [this.#pkcs11, this.#module];
    module.C_CloseAllSessions(this.slot(label));
    const session = module.C_OpenSession(this.slot(label), pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION);
    module.C_Login(session, pkcs11.CKU_USER, pin);
    try {
      return work(module, session);
    } finally {
      module.C_CloseAllSessions(this.slot(label));
    }
  }

  /** The effect of removing and reinserting a token on code that uses it. */
  closeAllSessions({ label }: Token): void {
    this.#module.C_CloseAllSessions(this.slot(label));
  }

  changePin(token: Token, pin: string): void {
    this.inSession(token, (module, session) => module.C_SetPIN(session, token.pin, pin));
  }

  findKey(module: PKCS11, session: Handle, label: string): Handle {
    module.C_FindObjectsInit(session, [{ type: this.#pkcs11.CKA_LABEL, value: label }]);
    const [key] = module.C_FindObjects(session, 1);
    module.C_FindObjectsFinal(session);
    if (key === undefined) throw new Error(`There is no key ${label}.`);
    return key;
  }

  slot(label: string): Handle {
    const slot = this.#module
      .C_GetSlotList(true)
      .find((each) => this.#module.C_GetTokenInfo(each).label.replace(/[\0 ]+$/, "") === label);
    if (slot === undefined) throw new Error(`There is no token ${label}.`);
    return slot;
  }

  /** Stops the driver, as other code in the process might. */
  finalize(): void {
    this.#module.C_Finalize();
  }

  initialize(): void {
    this.#module.C_Initialize({ flags: this.#pkcs11.CKF_OS_LOCKING_OK });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
