internal import CRdKafka

/// How this process's memory is managed.
package enum ProcessMemory {
    /// Keeps up to 256 MiB of freed memory for what comes next instead of giving it back to the
    /// system: transactions and fetches free and take the same tens of megabytes many times a
    /// second, and the system clears every page it gives (15 % of a busy monitor's time, see
    /// docs/PERFORMANCE.md). It is kept in four pools: glibc would make up to eight for each
    /// processor, and as clients come and go their threads fill one after the other, each up to the
    /// most that was ever in flight. For processes that move records; any thread, any number of times.
    /// Without effect where the C library has no such setting.
    package static func keepFreed() {
        _ = shouwang_keep_freed_memory(256 << 20, 4)
    }
}
