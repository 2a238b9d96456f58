using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Deployment.Exchange;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Exchange;

public sealed class ExchangeConnectorTests : IDisposable
{
    private const string Bound = "<I>CN=Bench Root<S>CN=mail.example.test";

    private readonly ExchangeBench bench = new();

    public ExchangeConnectorTests()
    {
        AddSend("Internet", "mail.example.test", "EX1", "EX2");
        AddSend("Partner", "partner.example.test", "EX2");
        AddReceive("EX1", "Frontend");
        AddReceive("EX2", "Frontend");
    }

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_named_connector_is_bound_once_after_all_servers_have_the_certificate_and_no_other()
    {
        await bench.RunAsync(bench.Wish with { SendConnectors = ["internet"] });

        Assert.Equal($"Set Internet {Bound}", bench.Exchange.Changes.Last());
        Assert.Single(bench.Exchange.Changes, c => c.StartsWith("Set", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connector_may_be_named_by_its_FQDN()
    {
        await bench.RunAsync(bench.Wish with { SendConnectors = ["partner.example.test"] });

        Assert.Equal([$"Set Partner {Bound}"], bench.Exchange.Changes.Where(c => c.StartsWith("Set", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_receive_connector_is_bound_on_each_server_by_its_name_or_on_one_by_its_identity()
    {
        await bench.RunAsync(bench.Wish with { ReceiveConnectors = [@"EX2\Frontend"] });
        Assert.Equal([null, Bound], bench.Exchange.ReceiveConnectors.Select(c => c.TlsCertificateName));

        await bench.RunAsync(bench.Wish with { ReceiveConnectors = ["Frontend"] });
        Assert.Equal([Bound, Bound], bench.Exchange.ReceiveConnectors.Select(c => c.TlsCertificateName));
    }

    [Fact]
    public async Task Connectors_wait_while_a_server_lacks_the_certificate_and_the_next_run_binds_them()
    {
        var wish = bench.Wish with { SendConnectors = ["Internet"], RemoveOld = true };
        bench.Exchange.Before = call =>
        {
            if (call == "Import EX2")
            {
                throw FakeExchange.Refused("Down.");
            }
        };

        var results = await bench.RunAsync(wish);

        Assert.Contains(results[0].Steps, s => s is { Name: ExchangeStep.SendConnector, Outcome: StepOutcome.Skipped } && s.Message.Contains("EX2", StringComparison.Ordinal));
        Assert.Contains(results[0].Steps, s => s is { Name: ExchangeStep.RemoveOld, Outcome: StepOutcome.Skipped });
        Assert.Null(bench.Exchange.SendConnectors[0].TlsCertificateName);

        bench.Exchange.Before = null;
        await bench.RunAsync(wish);
        Assert.Equal(Bound, bench.Exchange.SendConnectors[0].TlsCertificateName);
    }

    [Fact]
    public async Task A_connector_that_is_not_there_is_named_and_the_servers_stay_done()
    {
        var wish = bench.Wish with { SendConnectors = ["Missing", "Internet"] };

        var results = await bench.RunAsync(wish);

        Assert.Equal("ConnectorNotFound", results[0].Error?.ErrorId);
        Assert.Contains("Missing", results[0].Error!.Message, StringComparison.Ordinal);
        Assert.Equal(Bound, bench.Exchange.SendConnectors[0].TlsCertificateName);
        Assert.True(bench.Record("EX1")!.IsComplete);
    }

    [Fact]
    public async Task A_wildcard_is_no_name_so_that_never_all_connectors_are_bound()
        => Assert.Equal("ConnectorNotFound", (await bench.RunAsync(bench.Wish with { SendConnectors = ["*"] }))[0].Error?.ErrorId);

    [Fact]
    public async Task A_source_server_that_is_not_named_must_have_the_certificate()
    {
        bench.Exchange.Add("EX3");
        AddSend("Wide", "wide.example.test", "EX1", "EX3");
        var wish = bench.Wish with { SendConnectors = ["Wide"] };

        var results = await bench.RunAsync(wish);

        Assert.Equal("SourceServerWithoutCertificate", results[0].Error?.ErrorId);
        Assert.Contains("EX3", results[0].Error!.Message, StringComparison.Ordinal);

        await bench.RunAsync(wish with { Servers = ["EX1", "EX2", "EX3"] });
        Assert.Equal(Bound, bench.Exchange.SendConnectors.Single(c => c.Name == "Wide").TlsCertificateName);
    }

    [Fact]
    public async Task A_server_may_be_named_in_full_where_the_connector_has_the_short_name()
    {
        bench.Exchange.Add("EX1.corp.test");
        AddSend("Short", "short.example.test", "EX1");

        var results = await bench.RunAsync(bench.Wish with { Servers = ["EX1.corp.test"], SendConnectors = ["Short"] });

        Assert.Equal(DeploymentStatus.Done, results[0].Status);
    }

    [Fact]
    public async Task An_empty_subject_is_refused_with_advice_when_a_connector_is_asked_for_and_only_then()
    {
        bench.Pfx = ExchangeBench.NewPfx(subject: "");

        var refused = await bench.RunAsync(bench.Wish with { SendConnectors = ["Internet"] });
        Assert.Equal("ConnectorNeedsSubject", refused[0].Error?.ErrorId);
        Assert.Contains("classic", refused[0].Error!.RecommendedAction, StringComparison.Ordinal);

        Assert.Equal(DeploymentStatus.Done, (await bench.RunAsync())[0].Status);
    }

    [Fact]
    public async Task An_empty_subject_is_refused_for_a_connector_that_is_asked_for_when_the_servers_are_recorded()
    {
        bench.Pfx = ExchangeBench.NewPfx(subject: string.Empty);
        await bench.RunAsync();

        var results = await bench.RunAsync(bench.Wish with { SendConnectors = ["To the Internet"] });

        Assert.Equal(DeploymentStatus.Failed, results[0].Status);
        Assert.Equal("ConnectorNeedsSubject", results[0].Error!.ErrorId);
        Assert.Equal(DeploymentStatus.AlreadyDone, results[1].Status);
    }

    [Fact]
    public async Task A_connector_that_is_bound_already_is_not_set_again()
    {
        bench.Exchange.SendConnectors[0] = bench.Exchange.SendConnectors[0] with { TlsCertificateName = "<i>cn=Bench Root<s>CN=mail.example.test" };

        var results = await bench.RunAsync(bench.Wish with { SendConnectors = ["Internet"] });

        Assert.Contains(results[0].Steps, s => s is { Name: ExchangeStep.SendConnector, Outcome: StepOutcome.AlreadyDone });
        Assert.DoesNotContain(bench.Exchange.Changes, c => c.StartsWith("Set", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connector_is_recorded_like_a_server()
    {
        var wish = bench.Wish with { SendConnectors = ["Internet"], ReceiveConnectors = ["Frontend"] };
        await bench.RunAsync(wish);
        bench.Exchange.Calls.Clear();

        await bench.RunAsync(wish);

        Assert.Empty(bench.Exchange.Calls);
    }

    [Fact]
    public async Task A_connector_that_is_asked_for_later_is_bound_though_the_servers_are_recorded()
    {
        await bench.RunAsync();
        bench.Exchange.Calls.Clear();

        var results = await bench.RunAsync(bench.Wish with { SendConnectors = ["Internet"] });

        Assert.Equal([DeploymentStatus.Done, DeploymentStatus.AlreadyDone], results.Select(r => r.Status));
        Assert.Equal([$"Set Internet {Bound}"], bench.Exchange.Changes);
    }

    private void AddSend(string name, string fqdn, params string[] servers)
        => bench.Exchange.SendConnectors.Add(new() { Identity = name, Name = name, Fqdn = fqdn, Servers = servers });

    private void AddReceive(string server, string name)
        => bench.Exchange.ReceiveConnectors.Add(new() { Identity = $@"{server}\{name}", Name = name, IsReceive = true, Servers = [server] });
}
