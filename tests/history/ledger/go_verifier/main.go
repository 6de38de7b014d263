// Command go_verifier checks one log of the ledger with the libraries of Go's checksum database: the checkpoint's
// signature, every tile, an inclusion proof of every entry, and the consistency of every smaller tree that is asked for.
//
// Usage: go_verifier FOLDER VERIFIER-KEY [OLD-SIZE:BASE64-ROOT …]
package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// files reads tiles by the paths of tlog-tiles, which have no height in them.
type files struct{ folder string }

func (f files) Height() int { return height }

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var contents [][]byte
	for _, tile := range tiles {
		content, err := f.read(strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		if len(content) < tile.W*tlog.HashSize {
			return nil, errors.New("a tile is too short")
		}
		contents = append(contents, content[:tile.W*tlog.HashSize])
	}
	return contents, nil
}

// read takes the full file where the partial one has been replaced by it.
func (f files) read(path string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(f.folder, path))
	if errors.Is(err, os.ErrNotExist) && strings.Contains(path, ".p/") {
		return os.ReadFile(filepath.Join(f.folder, path[:strings.Index(path, ".p/")]))
	}
	return content, err
}

func (f files) entries(size int64) ([][]byte, error) {
	var entries [][]byte
	for int64(len(entries)) < size {
		number := int64(len(entries)) / 256
		width := int(min(size-number*256, 256))
		tile := tlog.Tile{H: height, L: -1, N: number, W: width}
		bundle, err := f.read(strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1))
		if err != nil {
			return nil, err
		}
		for ; width > 0; width-- {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, errors.New("a bundle of entries is too short")
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:end])
			bundle = bundle[end:]
		}
	}
	return entries, nil
}

func checkpoint(text []byte, key string) (size int64, root tlog.Hash, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return 0, root, err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return 0, root, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return 0, root, errors.New("the checkpoint is of another log")
	}
	if size, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return 0, root, err
	}
	root, err = tlog.ParseHash(lines[2])
	return size, root, err
}

func verify(folder, key string, older []string) error {
	log := files{folder}
	text, err := log.read("checkpoint")
	if err != nil {
		return err
	}
	size, root, err := checkpoint(text, key)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	entries, err := log.entries(size)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, log)
	for index, entry := range entries {
		proof, err := tlog.ProveRecord(size, int64(index), reader)
		if err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		if err := tlog.CheckRecord(proof, size, root, int64(index), tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	for _, one := range older {
		oldText, encoded, _ := strings.Cut(one, ":")
		old, err := strconv.ParseInt(oldText, 10, 64)
		if err != nil {
			return err
		}
		decoded, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(decoded) != tlog.HashSize {
			return errors.New("an older root is not a hash")
		}
		proof, err := tlog.ProveTree(size, old, reader)
		if err != nil {
			return fmt.Errorf("tree of %d: %w", old, err)
		}
		if err := tlog.CheckTree(proof, size, root, old, tlog.Hash(decoded)); err != nil {
			return fmt.Errorf("tree of %d: %w", old, err)
		}
	}
	fmt.Printf("%d entries, %d older trees\n", size, len(older))
	return nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: go_verifier FOLDER VERIFIER-KEY [OLD-SIZE:ROOT ...]")
		os.Exit(2)
	}
	if err := verify(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
