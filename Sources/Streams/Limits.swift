/// The bounds of the runtime, each with its why. Nothing in the data path grows without one.
package enum Limits {
    /// Wake-ups one `process` call may run before it hands back, so that a lane can commit and
    /// answer a rebalance while a tick brings a day's worth of them. About 10 ms of work.
    package static let wakeUpsPerCall = 1_000

    /// Bytes of committed states that a task keeps decoded between transactions: decoding and
    /// encoding a household costs more than most of its facts. Decoded they take about six times
    /// as much memory.
    package static let decodedBytes = 32 << 20

    /// True when so many changed bytes at the end of a state are written alone, as its tail, and
    /// not the state of `whole` bytes with them. With tails up to a third of the state and facts of
    /// a twentieth the sum of tails and wholes is smallest; of a small state two records are hardly
    /// less than one.
    static func isTail(_ bytes: Int, whole: Int) -> Bool {
        whole >= 128 && bytes <= whole / 3
    }

    /// Keys that meet a broadcast in the slice done with each record: small, because the record
    /// waits for it.
    package static let broadcastKeysPerRecord = 64

    /// Broadcasts that may wait for keys at once. A further one first waits for the oldest to
    /// have met every key, so the state they are kept in stays bounded.
    package static let broadcastsPending = 64

    /// The largest record written: key, value and headers. librdkafka's `message.max.bytes`
    /// default is 1,000,000, and it refuses a larger one before the broker sees it.
    package static let recordBytes = 1_000_000 - recordOverhead

    /// What framing may add to a record in librdkafka's count.
    package static let recordOverhead = 1_024

    /// Earlier dead letters that a replayed record tells of, the newest ones: about 100 bytes each,
    /// so that no number of replays makes a record too large for another dead letter.
    package static let replaysKept = 16

    /// Bytes read of a text in a dead letter's headers; our own are shorter.
    static let refusalTextBytes = 1_000
}
