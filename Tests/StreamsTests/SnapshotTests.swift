import CChecksum
import Foundation
import Glibc
import Kafka
import Streams
import StreamsTesting
import Testing

@Suite struct ChecksumTests {
    @Test func `the checksum is CRC-32C, by the instruction and without it`() {
        // RFC 3720, appendix B.4, and the check value of the CRC catalogue.
        let known: [(bytes: [UInt8], sum: UInt32)] = [
            (Array("123456789".utf8), 0xe306_9283),
            ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
            ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
            (Array(0..<32), 0x46dd_794e),
            ([], 0),
        ]
        for (bytes, sum) in known {
            #expect(shouwang_crc32c(0, bytes, bytes.count) == sum)
            #expect(shouwang_crc32c_by_table(0, bytes, bytes.count) == sum)
        }
    }
}

/// Snapshots on a real broker and a real disk (design, section 4, item 8).
@Suite(.enabled(if: TestBroker.isAvailable, "\(TestBroker.need)"), .serialized)
struct SnapshotTests {
    /// A pipeline that has worked and was stopped in order, so that its snapshots lie there.
    private static func stopped(_ name: String) throws -> (cluster: ToyCluster, folder: String) {
        let folder = try temporaryFolder()
        let cluster = try ToyCluster(name, partitions: 2, crashFolder: folder)
        try cluster.feed(ToyCluster.mixture(2_000, seed: ToyCluster.seed))
        let log = LogLines()
        let worker = cluster.start { $0.log = log.write }
        try cluster.waitUntilCaughtUp()
        #expect(cluster.stop(worker).exit == .stopped)
        #expect(log.count("snapshot of") >= 2, "\(log.all)")
        return (cluster, folder)
    }

    private static func path(_ cluster: ToyCluster, _ folder: String, _ partition: Int) -> String {
        "\(folder)/\(cluster.group).\(cluster.topology.input).\(partition).snapshot"
    }

    /// Works on after something was done to the snapshots; nothing may be lost or doubled.
    private static func goOn(_ cluster: ToyCluster, _ log: LogLines) throws {
        try cluster.feed(
            ToyCluster.mixture(500, seed: ToyCluster.seed &+ 1, from: 10_000_000))
        let worker = cluster.start { $0.log = log.write }
        try cluster.waitUntilCaughtUp()
        #expect(worker.status.exit == nil)
        cluster.stopAll()
        #expect(try cluster.differences() == [])
    }

    @Test func `a restart reads snapshots and only the rest of the changelog`() throws {
        let (cluster, _) = try Self.stopped("snapshots")
        let log = LogLines()
        try Self.goOn(cluster, log)
        #expect(log.count("restored from a snapshot") == 2, "\(log.all)")
        #expect(log.count("left aside") == 0)
    }

    @Test func `states deleted and made while a snapshot lay there are as the changelog has them`()
        throws
    {
        let (cluster, folder) = try Self.stopped("resurrect")
        // Another process goes on, elsewhere; then the first one comes back to its old snapshot.
        for number in 0..<40 {
            try cluster.feed("key-\(number)", "clear", at: 9_000_000)
        }
        try cluster.feed("key-3", "add 3", at: 9_100_000)
        let other = cluster.start("9") { $0.disk = nil }
        try cluster.waitUntilCaughtUp()
        _ = cluster.stop(other)
        let log = LogLines()
        try Self.goOn(cluster, log)
        #expect(log.count("restored from a snapshot") == 2, "\(log.all)")
        _ = folder
    }

    /// What can be wrong with a file, and the words that say so.
    static let damages: [(name: String, words: String, change: @Sendable (inout [UInt8]) -> Void)] = [
        ("cut off", "it is cut off", { $0.removeLast($0.count / 3) }),
        ("cut off within a number", "it is cut off", { $0.removeLast($0.count - 5) }),
        ("empty", "it is cut off", { $0 = [] }),
        ("a flipped bit", "a checksum does not fit", { $0[$0.count / 2] ^= 0x10 }),
        ("a flipped bit in a length", "damaged", { $0[3] ^= 0x40 }),
        ("more behind the end", "it goes on behind its end", { $0.append(0) }),
        ("not ours", "damaged", { $0 = Array("hello, this is a text of no snapshot".utf8) }),
        ("of a newer version", "it has another version", { Self.header(&$0, version: 3) }),
        (
            "of another partition", "not of this task",
            { Self.header(&$0) { ("other", $0.lineage, $0.changelogOffset, $0.written) } }
        ),
        (
            "of a changelog that was made anew", "the changelog was begun anew",
            { Self.header(&$0) { ($0.topic, $0.lineage ^ 1, $0.changelogOffset, $0.written) } }
        ),
        (
            "of an offset that is not there", "the changelog does not go from",
            { Self.header(&$0) { ($0.topic, $0.lineage, 1 << 40, $0.written) } }
        ),
        (
            "too old", "it was written 13 hours ago",
            {
                Self.header(&$0) {
                    ($0.topic, $0.lineage, $0.changelogOffset, $0.written - 13 * 3_600_000)
                }
            }
        ),
    ]

    /// Writes a snapshot's header anew.
    private static func header(
        _ file: inout [UInt8], version: UInt8 = 2,
        _ change: (SnapshotHeader) -> (
            topic: String, lineage: UInt64, offset: Int64, written: Int64
        ) = { ($0.topic, $0.lineage, $0.changelogOffset, $0.written) }
    ) {
        let count = Int(file[0]) | Int(file[1]) << 8
        let end = SnapshotBlock.overhead + count
        let old = Array(file[SnapshotBlock.overhead..<end])
        guard let known = try? old.withUnsafeBytes({ try SnapshotHeader(decoding: $0) }) else {
            Issue.record("no header in the file")
            return
        }
        let wanted = change(known)
        var payload: [UInt8] = []
        SnapshotHeader(
            group: known.group, topic: wanted.topic, partition: known.partition,
            lineage: wanted.lineage, changelogOffset: wanted.offset, written: wanted.written
        ).encode(into: &payload)
        payload[6] = version
        file.replaceSubrange(..<end, with: SnapshotBlock.head(of: payload) + payload)
    }

    @Test(arguments: damages.indices)
    func `a snapshot that is not fit is left aside`(index: Int) throws {
        let (name, words, change) = Self.damages[index]
        let (cluster, folder) = try Self.stopped("unfit-\(index)")
        let path = Self.path(cluster, folder, 1)
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        change(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let log = LogLines()
        try Self.goOn(cluster, log)
        #expect(
            log.count("the snapshot of \(cluster.topology.name)/1 is left aside") == 1,
            "\(name): \(log.all)")
        #expect(log.count(words) == 1, "\(name): \(log.all)")
        // The other partition's is as good as before.
        #expect(log.count("restored from a snapshot") == 1)
    }

    @Test func `a disk that cannot be written to is a warning`() throws {
        // Not even root can make a folder there.
        let cluster = try ToyCluster("unwritable", partitions: 2, crashFolder: "/dev/null/state")
        try cluster.feed(ToyCluster.mixture(500, seed: ToyCluster.seed))
        let log = LogLines()
        let worker = cluster.start { $0.log = log.write }
        try cluster.waitUntilCaughtUp()
        #expect(cluster.stop(worker).exit == .stopped)
        #expect(log.count("no snapshot of \(cluster.topology.input)/0 can be written") >= 1)
        #expect(try cluster.differences() == [])
    }

    @Test func `a full disk is a warning, and the snapshot before stays`() throws {
        let (cluster, folder) = try Self.stopped("full")
        let path = Self.path(cluster, folder, 0)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        // Every write fails as on a full disk; reading goes on.
        let log = LogLines()
        try cluster.feed(ToyCluster.mixture(500, seed: ToyCluster.seed &+ 1, from: 10_000_000))
        let worker = cluster.start {
            $0.disk = FullDisk(StateFolder(folder))
            $0.log = log.write
        }
        try cluster.waitUntilCaughtUp()
        #expect(cluster.stop(worker).exit == .stopped)
        #expect(log.count("restored from a snapshot") == 2)
        #expect(log.count("No space left on device") >= 1, "\(log.all)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        try Self.goOn(cluster, log)
    }
}

/// A folder on a disk without room: what is written goes to the device that is always full.
private struct FullDisk: WorkerDisk {
    let folder: StateFolder

    init(_ folder: StateFolder) { self.folder = folder }

    var name: String { folder.name }

    func crashMarker(group: String, place: TopicPartition) -> CrashMarker? {
        folder.crashMarker(group: group, place: place)
    }

    func snapshot(group: String, place: TopicPartition) -> (any SnapshotSource)? {
        folder.snapshot(group: group, place: place)
    }

    func newSnapshot(
        group: String, place: TopicPartition
    ) throws(DiskError) -> any SnapshotSink {
        let link = "\(folder.name)/full"
        symlink("/dev/full", link)
        return try SnapshotFileSink(writing: link, then: "\(folder.name)/never", in: folder.name)
    }
}
