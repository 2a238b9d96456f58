using Xunit;

namespace PoshAcmeSharp.Tests.Faults;

public sealed class ParallelismTests : FaultTestBase
{
    /// <summary>Requests that wait for nothing but a free connection: 16 are under way at once.</summary>
    private const int Connections = 16;

    /// <summary>What is done for each name: authorization, acknowledgement, look.</summary>
    private const int StepsPerName = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(50)]
    public async Task The_number_of_requests_in_sequence_does_not_grow_with_the_names(int count)
    {
        // Long enough that requests which wait for each other are told from those which start a little later.
        Server.Options.Latency = TimeSpan.FromMilliseconds(150);

        await AssertIssuesAsync([.. Enumerable.Range(0, count).Select(i => $"n{i}.example.test")]);

        var queues = (count + Connections - 1) / Connections;
        Assert.InRange(Server.History.SequentialDepth, 8, 12 + (StepsPerName * (queues - 1)));
        Assert.InRange(Server.ConnectionCount, 1, Connections);
        Assert.InRange(Server.History.MaxConcurrentRequests, Math.Min(count, Connections), Connections);
    }
}
