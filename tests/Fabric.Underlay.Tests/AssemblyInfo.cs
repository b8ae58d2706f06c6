// Allocation is counted for the whole process, so the tests take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
