CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters VALUES ('change', 0);

CREATE TABLE sources (
    id TEXT PRIMARY KEY, pole TEXT, centre TEXT, title TEXT NOT NULL, homepage TEXT, metadata_licence TEXT, trust INTEGER NOT NULL
) WITHOUT ROWID;

-- One row a metadata record of a source. What is published of it is its last good state (good_*).
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL, identifier TEXT NOT NULL, native_identifier TEXT NOT NULL,
    iri TEXT, dataset TEXT,
    native_sha256 TEXT NOT NULL, media_type TEXT NOT NULL, format TEXT, fingerprint TEXT NOT NULL,
    location TEXT NOT NULL, datestamp TEXT, status TEXT NOT NULL,
    good_fingerprint TEXT, good_native_sha256 TEXT,
    pending INTEGER NOT NULL, first_seen TEXT NOT NULL, changed TEXT NOT NULL, change INTEGER NOT NULL,
    UNIQUE (source, identifier)
);
CREATE INDEX records_native ON records (source, native_identifier);
CREATE INDEX records_iri ON records (iri);
CREATE INDEX records_dataset ON records (dataset);
CREATE INDEX records_pending ON records (id) WHERE pending;
CREATE INDEX records_change ON records (change);

CREATE TABLE problems (
    record INTEGER NOT NULL REFERENCES records ON DELETE CASCADE, number INTEGER NOT NULL,
    code TEXT NOT NULL, severity TEXT NOT NULL, place TEXT NOT NULL, given TEXT NOT NULL,
    PRIMARY KEY (record, number)
) WITHOUT ROWID;

CREATE TABLE terms (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, text TEXT NOT NULL,
    language TEXT, thesaurus TEXT, given_iri TEXT, unit TEXT
);
-- Which terms the published state of a record uses, and how often.
CREATE TABLE record_terms (
    record INTEGER NOT NULL REFERENCES records ON DELETE CASCADE, term INTEGER NOT NULL REFERENCES terms, count INTEGER NOT NULL,
    PRIMARY KEY (record, term)
) WITHOUT ROWID;
CREATE INDEX record_terms_term ON record_terms (term);

-- Records that were taken down by a decision of ours; they are not taken in again.
CREATE TABLE taken_down (
    iri TEXT PRIMARY KEY, source TEXT NOT NULL, native_identifier TEXT NOT NULL, time TEXT NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;

-- The mapping ledger. Rows are added, and never changed or deleted; ledger_heads says which row is the last word
-- on a subject and an object within a scope (the predicate is part of what is decided).
CREATE TABLE mappings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL, scope TEXT NOT NULL,
    confidence REAL NOT NULL, justification TEXT NOT NULL, author TEXT NOT NULL, rule TEXT NOT NULL, status TEXT NOT NULL, time TEXT NOT NULL,
    change INTEGER NOT NULL
);
CREATE INDEX mappings_subject ON mappings (subject);
CREATE TABLE ledger_heads (
    subject TEXT NOT NULL, object TEXT NOT NULL, scope TEXT NOT NULL, mapping INTEGER NOT NULL REFERENCES mappings,
    PRIMARY KEY (subject, object, scope)
) WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_heads_mapping ON ledger_heads (mapping);
CREATE TRIGGER mappings_are_not_changed BEFORE UPDATE ON mappings BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER mappings_are_not_deleted BEFORE DELETE ON mappings BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;

CREATE TABLE vocabularies (
    scheme TEXT PRIMARY KEY, sha256 TEXT NOT NULL, version TEXT NOT NULL, loaded TEXT NOT NULL, change INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE releases (number INTEGER PRIMARY KEY, time TEXT NOT NULL, change INTEGER NOT NULL);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, command TEXT NOT NULL, started TEXT NOT NULL, ended TEXT, interrupted INTEGER NOT NULL DEFAULT 0,
    counts TEXT NOT NULL DEFAULT '{}'
);
