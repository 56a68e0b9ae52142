internal import Glibc

/// An operating system thread that runs one closure and can be waited for. Lanes have their own,
/// because they block: the cooperative pool has as many threads as cores and must not.
package final class LaneThread: Sendable {
    private let thread: pthread_t

    private final class Work {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts the thread.
    package init(_ run: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(run))
        thread = withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { attributes in
            let attributes = attributes.baseAddress!
            pthread_attr_init(attributes)
            defer { pthread_attr_destroy(attributes) }
            // As the main thread has: processors may recurse (expressions, JSON).
            pthread_attr_setstacksize(attributes, 8 << 20)
            var thread: pthread_t = 0
            let code = pthread_create(
                &thread, attributes,
                { opaque in
                    Unmanaged<Work>.fromOpaque(opaque!).takeRetainedValue().run()
                    return nil
                }, work.toOpaque())
            precondition(code == 0, "cannot start a thread: error \(code)")
            return thread
        }
    }

    /// Waits for its end; call it once.
    package func join() { pthread_join(thread, nil) }
}
