-- The books of the projector: which generations of read models there are, and
-- how far each has read the log.

-- +goose Up

-- A generation is one filling of a projection's tables, whose names end in
-- "_g" and its id. One generation of each projection is live; another may be
-- building beside it; a dropped one is on its way out.
CREATE TABLE projection_generations (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- never used twice
    projection TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('building', 'live', 'dropped')),
    -- Names of the generation's tables, separated by spaces, so that tables of
    -- a projection that is no longer in the code can be dropped too.
    tables     TEXT    NOT NULL
);

-- Two live generations of one projection cannot be.
CREATE UNIQUE INDEX projection_generations_live ON projection_generations (projection) WHERE state = 'live';

-- The cursor of a generation: for each stream the last commit that its rows
-- hold, with that commit's hash. It is written in the transaction that writes
-- the rows.
CREATE TABLE projection_cursors (
    generation INTEGER NOT NULL,
    stream     TEXT    NOT NULL,
    seq        BIGINT  NOT NULL,
    hash       BLOB    NOT NULL, -- 32 bytes
    PRIMARY KEY (generation, stream)
) WITHOUT ROWID;

-- +goose Down

DROP TABLE projection_cursors;
DROP TABLE projection_generations;
