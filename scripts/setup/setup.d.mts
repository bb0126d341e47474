/** The repository's root. */
export declare const root: string;
/** Folder of the small base models that set-up makes. */
export declare const bases: string;
/** Path of the Node binary that everything runs on. */
export declare function nodeBinary(): string;
/** Path of the Python interpreter of the project's own environment. */
export declare function pythonBinary(): string;
/** The environment in which every child runs: Node 24 and local binaries first. */
export declare function childEnvironment(): NodeJS.ProcessEnv;
/** Does all the set-up that is not done yet. Throws a sentence that says what is missing. */
export declare function setUp(): Promise<void>;
