"""The tables of memory, in the one database. A passage is whatever can be found: a turn, a fact, a chunk of a document.

A passage never changes: what is edited becomes another, under a number that was never used. So whoever keeps something
of it - vectors, postings in memory - need only know which are new and which are gone. That nothing of one person comes
to another is checked here too, by triggers, whoever writes.
"""

from __future__ import annotations

MIGRATIONS = (
    """
    CREATE TABLE people (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name <> ''), created REAL NOT NULL,
        added INTEGER NOT NULL DEFAULT 0, removed INTEGER NOT NULL DEFAULT 0, embedded INTEGER NOT NULL DEFAULT 0,
        heard INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE documents (
        id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
        path TEXT NOT NULL, title TEXT NOT NULL, language TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
        modified REAL NOT NULL, added REAL NOT NULL, folder TEXT, problem TEXT, UNIQUE (person, path)
    );
    CREATE TABLE memories (
        id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
        name TEXT, kind TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL,
        subject TEXT NOT NULL DEFAULT '', attribute TEXT NOT NULL DEFAULT '', value TEXT NOT NULL DEFAULT '',
        said REAL NOT NULL, valid_from REAL, valid_to REAL,
        replaced_by INTEGER REFERENCES memories (id) ON DELETE SET NULL,
        told INTEGER NOT NULL DEFAULT 0, pinned INTEGER NOT NULL DEFAULT 0, private INTEGER NOT NULL DEFAULT 0,
        turn INTEGER, conversation TEXT, extracted_by TEXT NOT NULL DEFAULT '', metadata TEXT, UNIQUE (person, name)
    );
    CREATE INDEX memories_about ON memories (person, subject, attribute);
    CREATE INDEX memories_turn ON memories (turn);
    CREATE INDEX memories_conversation ON memories (conversation);
    CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('turn', 'fact', 'chunk')),
        turn INTEGER REFERENCES turns (id) ON DELETE CASCADE,
        memory INTEGER REFERENCES memories (id) ON DELETE CASCADE,
        document INTEGER REFERENCES documents (id) ON DELETE CASCADE,
        thread TEXT NOT NULL, before INTEGER, speaker TEXT NOT NULL DEFAULT '', text TEXT NOT NULL,
        headings TEXT NOT NULL DEFAULT '', page INTEGER, last_page INTEGER,
        language TEXT NOT NULL, at REAL NOT NULL, stems TEXT NOT NULL,
        CHECK ((turn IS NOT NULL) + (memory IS NOT NULL) + (document IS NOT NULL) <= 1)
    );
    CREATE INDEX passages_person ON passages (person, id);
    CREATE UNIQUE INDEX passages_turn ON passages (turn) WHERE turn IS NOT NULL;
    CREATE UNIQUE INDEX passages_memory ON passages (memory) WHERE memory IS NOT NULL;
    CREATE INDEX passages_document ON passages (document) WHERE document IS NOT NULL;
    CREATE VIRTUAL TABLE passages_text USING fts5 (
        stems, content = 'passages', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2"
    );
    CREATE TABLE vectors (
        passage INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
        person INTEGER NOT NULL, model TEXT NOT NULL, dimension INTEGER NOT NULL, vector BLOB NOT NULL, parts BLOB,
        PRIMARY KEY (person, model, passage),
        CHECK (length(vector) = 4 * dimension), CHECK (parts IS NULL OR length(parts) % (2 * dimension) = 0)
    ) WITHOUT ROWID;
    CREATE INDEX vectors_passage ON vectors (passage);
    CREATE TRIGGER passages_own BEFORE INSERT ON passages BEGIN
        SELECT RAISE (ABORT, 'another person''s turn') WHERE new.turn IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM turns JOIN conversations c ON c.id = turns.conversation JOIN people p ON p.name = c.person
            WHERE turns.id = new.turn AND p.id = new.person);
        SELECT RAISE (ABORT, 'another person''s memory') WHERE new.memory IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM memories WHERE id = new.memory AND person = new.person);
        SELECT RAISE (ABORT, 'another person''s document') WHERE new.document IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM documents WHERE id = new.document AND person = new.person);
    END;
    CREATE TRIGGER vectors_own BEFORE INSERT ON vectors BEGIN
        SELECT RAISE (ABORT, 'another person''s passage') WHERE NOT EXISTS (
            SELECT 1 FROM passages WHERE id = new.passage AND person = new.person);
    END;
    CREATE TRIGGER passages_fixed BEFORE UPDATE ON passages BEGIN
        SELECT RAISE (ABORT, 'a passage does not change');
    END;
    CREATE TRIGGER people_fixed BEFORE UPDATE OF person ON memories WHEN new.person <> old.person BEGIN
        SELECT RAISE (ABORT, 'a memory stays whose it is');
    END;
    CREATE TRIGGER passages_insert AFTER INSERT ON passages BEGIN
        INSERT INTO passages_text (rowid, stems) VALUES (new.id, new.stems);
        UPDATE people SET added = added + 1 WHERE id = new.person;
    END;
    CREATE TRIGGER passages_delete AFTER DELETE ON passages BEGIN
        INSERT INTO passages_text (passages_text, rowid, stems) VALUES ('delete', old.id, old.stems);
        UPDATE people SET removed = removed + 1 WHERE id = old.person;
    END;
    CREATE TRIGGER vectors_delete AFTER DELETE ON vectors BEGIN
        UPDATE people SET embedded = embedded + 1 WHERE id = old.person;
    END;
    """,
    """
    CREATE TABLE folders (
        person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE, path TEXT NOT NULL,
        PRIMARY KEY (person, path)
    ) WITHOUT ROWID;
    CREATE TABLE tombstones (
        person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE, what BLOB NOT NULL, via BLOB,
        at REAL NOT NULL, PRIMARY KEY (person, what)
    ) WITHOUT ROWID;
    CREATE TABLE answers_read (
        turn INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
        passage INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE, PRIMARY KEY (turn, passage)
    ) WITHOUT ROWID;
    CREATE INDEX answers_read_passage ON answers_read (passage);
    CREATE TABLE forgetting (
        id INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, doomed TEXT NOT NULL, at REAL NOT NULL
    );
    CREATE TABLE forgotten (
        id INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT, at REAL NOT NULL, kind TEXT NOT NULL,
        turns INTEGER NOT NULL, facts INTEGER NOT NULL, documents INTEGER NOT NULL, passages INTEGER NOT NULL
    );
    """,
    """
    CREATE TABLE answers_before (
        turn INTEGER NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
        memory INTEGER REFERENCES memories (id) ON DELETE CASCADE,
        document INTEGER REFERENCES documents (id) ON DELETE CASCADE, stems TEXT NOT NULL
    );
    CREATE INDEX answers_before_turn ON answers_before (turn);
    CREATE INDEX answers_before_memory ON answers_before (memory);
    CREATE INDEX answers_before_document ON answers_before (document);
    """,
    """
    CREATE TABLE scales (
        model TEXT PRIMARY KEY, probes TEXT NOT NULL, unrelated REAL NOT NULL, gap REAL NOT NULL
    ) WITHOUT ROWID;
    """,
)
"""``memories.name`` is the id that a program gave it. ``said`` is when it was said; ``valid_from`` and ``valid_to``
since when and until when it is so (seconds since the epoch, NULL: not known, still). ``told``: its owner asked for it
to be kept. ``passages.before`` is the passage that was said just before, ``thread`` the conversation or document it
is part of. ``vectors.vector`` is float32, ``parts`` the sentences' vectors as float16, row after row; ``dimension`` 0:
the passage is private, the model elsewhere, and it waits for no vector of it. ``added``, ``removed`` and ``embedded``
of a person count, so that others see at once whether they are behind; ``heard`` is
read by nobody.

``folders`` are those that are watched. ``tombstones`` are hashes of what must not come back by itself (``tombs``);
``via`` is the folder or file with which it went. ``answers_read`` is which passages were put before an answer;
``answers_before`` is which answers tell what a fact or document said before it was changed, in these stems.
``forgetting`` is what is being forgotten, until it is done; ``forgotten`` when what kind was, and how much of it,
without a word of it: of a whole user not even the name. ``scales`` are what the cosines of each embedder mean, measured
with the texts that ``probes`` names (``scale``).
"""
