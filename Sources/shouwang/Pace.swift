/// Spreads records over time: so many a second, in batches small enough that a second's worth goes
/// out in four of them.
struct Pace {
    /// Records a second; `nil` for as fast as the broker takes them.
    let rate: Int?
    /// Records of one batch.
    let batch: Int
    /// When the next batch may go, milliseconds.
    private var next: Int64 = 0

    /// `batch` is the most there may be in one.
    init(rate: Int?, batch: Int) {
        self.rate = rate
        self.batch = rate.map { min(batch, max(1, $0 / 4)) } ?? batch
    }

    /// How long to wait at `now` before the next batch goes; milliseconds.
    func wait(at now: Int64) -> Int64 { max(0, next - now) }

    /// A batch of `count` records goes at `now`. What was not used of the past is lost: no burst
    /// makes up for it.
    mutating func sent(_ count: Int, at now: Int64) {
        guard let rate else { return }
        next = now + Int64((count * 1_000 + rate - 1) / rate)
    }
}
