"""A client of python3-openvswitch beside the test's other ones.

    replica.py SOCKET SCHEMA watch STOP       keeps a replica; prints it once its row "mark" has the number that the file STOP holds
    replica.py SOCKET SCHEMA work SEED COUNT  makes so many random transactions, with verified columns and mutations
    replica.py SOCKET SCHEMA filter STOP      as watch, of the rows of Scalar that have i > 10 only, in force after the first reply
"""
import json
import os
import random
import sys
import time

sys.path.append("/usr/lib/python3/dist-packages")
import ovs.db.data
import ovs.db.idl
import ovs.json
import ovs.poller


def connect(socket, schema, tables=None):
    helper = ovs.db.idl.SchemaHelper(schema)
    if tables is None:
        helper.register_all()
    else:
        for table in tables:
            helper.register_table(table)
    return ovs.db.idl.Idl("unix:" + socket, helper)


def run_until(idl, condition, limit_s=60):
    end = time.time() + limit_s
    while not condition():
        idl.run()
        if condition():
            return
        if time.time() > end:
            sys.exit("not within %d s" % limit_s)
        poller = ovs.poller.Poller()
        idl.wait(poller)
        poller.timer_wait(50)
        poller.block()


def text_of(idl):
    rows = []
    for name, table in idl.tables.items():
        for uuid, row in table.rows.items():
            cells = {c: row.__getattr__(c) for c in table.columns}
            rows.append("%s %s %s" % (name, uuid, json.dumps(
                {c: plain(v) for c, v in cells.items()}, sort_keys=True)))
    return "\n".join(sorted(rows))


def plain(value):
    if isinstance(value, ovs.db.idl.Row):
        return str(value.uuid)
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((plain(v) for v in value), key=str)
    return value if isinstance(value, (int, float, bool)) else str(value)


def watch(idl, stop):
    def is_done():
        return os.path.exists(stop) and str(newest(idl)) == open(stop).read().strip()
    run_until(idl, is_done, 60)
    print(text_of(idl))


def newest(idl):
    """The count of the row that the writer puts its last word into."""
    marks = [row.i for row in idl.tables["Scalar"].rows.values() if row.name == "mark"]
    return marks[0] if marks else -1


def work(idl, seed, count):
    rng = random.Random(seed)
    run_until(idl, lambda: idl.has_ever_connected())
    results = {}
    for number in range(count):
        txn = ovs.db.idl.Transaction(idl)
        change(idl, txn, rng, "%d-%d" % (seed, number))
        status = txn.commit_block()
        results[status] = results.get(status, 0) + 1
    print(json.dumps(results, sort_keys=True))


def change(idl, txn, rng, name):
    many, parents = idl.tables["Many"], idl.tables["Parent"]
    rows = sorted(many.rows.values(), key=lambda row: str(row.uuid))
    kind = rng.randrange(7)
    if kind == 0 or not rows:
        row = txn.insert(many)
        row.name = name
        row.ints = [rng.randrange(100) for _ in range(3)]
        row.words = {"a": name, "b": "x"}
    elif kind == 1:
        parent, child, deep = txn.insert(parents), txn.insert(idl.tables["Child"]), txn.insert(idl.tables["Child"])
        parent.name, child.name, deep.name = name, name + "c", name + "d"
        child.next = deep
        parent.child = child
        parent.friends = [child, deep]
        parent.named = {"k": deep}
    elif kind == 2:
        row = rng.choice(rows)
        row.verify("ints")
        row.ints = sorted(set(row.ints) ^ {rng.randrange(100)})
    elif kind == 3:
        row = rng.choice(rows)
        row.setkey("words", "k%d" % rng.randrange(5), name)
        row.delkey("words", "a")
    elif kind == 4:
        row = rng.choice(rows)
        row.addvalue("ints", rng.randrange(1000))
        row.delvalue("ints", rng.choice(row.ints or [0]))
    elif kind == 5 and len(rows) > 5:
        rng.choice(rows).delete()
    elif parents.rows:
        parent = rng.choice(sorted(parents.rows.values(), key=lambda row: str(row.uuid)))
        if rng.randrange(2):
            parent.delete()
        else:
            parent.child = []


def main():
    socket, schema, verb = sys.argv[1:4]
    if verb == "work":
        work(connect(socket, schema), int(sys.argv[4]), int(sys.argv[5]))
    elif verb == "filter":
        idl = connect(socket, schema, ["Scalar"])
        run_until(idl, lambda: idl.has_ever_connected())
        idl.cond_change("Scalar", [["i", ">", 10]])
        run_until(idl, lambda: all(row.i > 10 for row in idl.tables["Scalar"].rows.values()))
        print("ready", flush=True)
        watch(idl, sys.argv[4])
    else:
        idl = connect(socket, schema)
        run_until(idl, lambda: idl.has_ever_connected())
        print("ready", flush=True)
        watch(idl, sys.argv[4])


main()
