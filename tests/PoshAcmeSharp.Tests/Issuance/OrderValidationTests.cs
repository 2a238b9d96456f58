using System.Collections.Concurrent;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class OrderValidationTests : IssuanceTestBase
{
    private static readonly Dictionary<string, object?> BothKeys = new() { ["OneKey"] = "k", ["TwoKey"] = "k" };

    [Fact]
    public async Task Twenty_five_names_are_shared_out_among_two_plugins_that_are_made_once()
    {
        var names = Enumerable.Range(0, 25).Select(i => $"n{i}.example.test").ToArray();
        var order = await OrderAsync(With(names, ["One", "Two", "One", "Two"]));
        var (one, two) = (One.Made, Two.Made);

        await ValidateAsync(order);

        Assert.Equal(["_acme-challenge.n0.example.test", "_acme-challenge.n2.example.test"], One.Dns.Published.Order());
        Assert.Equal(23, Two.Dns.Published.Count);
        Assert.Equal((1, 1), (One.Made - one, Two.Made - two));
        Assert.Equal("ready", Kept(order.Name).Status);
        AssertCleanedUp();
    }

    [Fact]
    public async Task What_is_being_published_is_shown_before_the_first_record_is_there()
    {
        string? shown = null;
        One.Publishing = (_, _) =>
        {
            shown = Reporter.ProgressUpdates.Last().Status;
            return Task.CompletedTask;
        };

        await ValidateAsync(await OrderAsync(With([Name], ["One"])));

        Assert.Equal("0 of 1", shown);
    }

    [Fact]
    public async Task A_name_that_is_valid_already_still_counts()
    {
        Acme.Options.ValidNames.Add("a.example.test");
        var order = await OrderAsync(With(["a.example.test", "b.example.test"], ["One", "Two"]));

        await ValidateAsync(order);

        Assert.Empty(One.Dns.Published);
        Assert.Equal(["_acme-challenge.b.example.test"], Two.Dns.Published);
    }

    [Fact]
    public async Task Values_of_names_that_share_an_alias_are_published_together()
    {
        var request = With(["a.example.test", "b.example.test", "c.example.test"], ["One"]);
        request.DnsAlias = ["", "shared.example.org."];
        var sets = new ConcurrentBag<string>();
        One.Publishing = (name, _) =>
        {
            sets.Add(name);
            return Task.CompletedTask;
        };

        // The CA follows the CNAMEs.
        Acme.Options.LookUpTxt = name => One.Dns.LookUp(name.StartsWith("_acme-challenge.a.", StringComparison.Ordinal) ? name : "shared.example.org");
        await ValidateAsync(await OrderAsync(request));

        Assert.Equal(["_acme-challenge.a.example.test", "shared.example.org"], sets.Order());
        AssertCleanedUp();
    }

    [Fact]
    public async Task The_records_of_dns_account_01_are_those_of_the_account()
    {
        Acme.Options.OffersDnsAccount = true;
        var request = With([Name], ["One"]);
        request.DnsVariant = ChallengeType.DnsAccount01;

        await ValidateAsync(await OrderAsync(request));

        Assert.Equal([$"{DnsAccountLabel.ForAccount(Account.Location!)}.{Name}"], One.Dns.Published);
    }

    [Fact]
    public async Task A_record_that_cannot_be_published_stops_the_validation_before_the_CA_is_told_and_all_is_removed()
    {
        var order = await OrderAsync(With(["a.example.test", "b.example.test", "c.example.test"], ["One", "Two"]));
        Two.Publishing = (name, _) => name.Contains(".b.", StringComparison.Ordinal) ? throw new PoshAcmeException("ZoneNotFound", ErrorKind.NotFound, "no zone") : Task.CompletedTask;

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => ValidateAsync(order));

        Assert.Equal("ZoneNotFound", error.ErrorId);
        Assert.Empty(Acme.History.Of(AcmeOperation.Challenge));
        AssertCleanedUp();
    }

    [Fact]
    public async Task Names_that_the_CA_refuses_are_listed_and_everything_is_removed()
    {
        Acme.Options.FailingNames["b.example.test"] = new ProblemDocument(403, "unauthorized", "wrong record");
        var order = await OrderAsync(With(["a.example.test", "b.example.test"], ["One"]));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => ValidateAsync(order));

        Assert.Contains("b.example.test is invalid (dns-01: unauthorized: wrong record)", error.Message, StringComparison.Ordinal);
        AssertCleanedUp();
    }

    [Fact]
    public async Task A_validation_that_is_cancelled_leaves_nothing_behind()
    {
        using var cancellation = new CancellationTokenSource();
        var order = await OrderAsync(With(["a.example.test", "b.example.test"], ["One", "Two"]));
        Two.Publishing = async (_, token) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ValidateAsync(order, cancellation.Token));

        Assert.Empty(Acme.History.Of(AcmeOperation.Challenge));
        AssertCleanedUp();
    }

    [Fact]
    public async Task A_record_that_cannot_be_removed_is_a_warning_that_names_it()
    {
        One.Unpublishing = () => throw new NotSupportedException("the API is down");
        var order = await OrderAsync(With(["a.example.test", "b.example.test"], ["One"]));

        await ValidateAsync(order);

        var warning = Assert.Single(Reporter.Warnings);
        Assert.StartsWith("One could not remove", warning, StringComparison.Ordinal);
        Assert.Contains("_acme-challenge.a.example.test", warning, StringComparison.Ordinal);
        Assert.Contains("_acme-challenge.b.example.test", warning, StringComparison.Ordinal);
        Assert.Contains("the API is down", warning, StringComparison.Ordinal);
        Assert.Equal("ready", Kept(order.Name).Status);
    }

    [Fact]
    public async Task A_plugin_that_collects_changes_saves_after_all_were_published_and_after_all_were_removed()
    {
        await ValidateAsync(await OrderAsync(With(["a.example.test", "b.example.test", "c.example.test"], ["One"])));

        Assert.Equal(2, One.Saved);
    }

    [Fact]
    public async Task Names_are_validated_one_after_the_other_when_that_is_asked_for()
    {
        var request = With(["a.example.test", "b.example.test", "c.example.test"], ["One"]);
        request.UseSerialValidation = true;
        var others = new ConcurrentBag<int>();
        One.Publishing = (name, _) =>
        {
            others.Add(One.Dns.Published.Where(n => n != name).Sum(n => One.Dns.LookUp(n).Count));
            return Task.CompletedTask;
        };

        await ValidateAsync(await OrderAsync(request));

        Assert.Equal([0, 0, 0], others);
        AssertCleanedUp();
    }

    [Fact]
    public async Task A_plugin_that_cannot_do_a_name_is_an_error_before_anything_is_published()
    {
        var request = With(["a.example.test", "*.a.example.test"], ["One", "WebRoot"]);
        request.PluginArgs = new Dictionary<string, object?> { ["OneKey"] = "k", ["WRPath"] = Path.GetTempPath() };

        var error = await Assert.ThrowsAsync<PoshAcmeException>(async () => await ValidateAsync(await OrderAsync(request)));

        Assert.Equal("ChallengeNotOffered", error.ErrorId);
        Assert.Contains("no http-01 challenge for *.a.example.test", error.Message, StringComparison.Ordinal);
        Assert.Empty(One.Dns.Published);
    }

    [Theory]
    [InlineData("ready")]
    [InlineData("valid")]
    public async Task An_order_that_is_further_already_is_left_alone(string status)
    {
        var order = await OrderAsync(With([Name], ["One"]));
        order.Status = status;
        var before = Requests.Count();

        await ValidateAsync(order);

        Assert.Equal(before, Requests.Count());
    }

    [Fact]
    public async Task An_invalid_order_is_an_error()
    {
        var order = await OrderAsync(With([Name], ["One"]));
        order.Status = "invalid";

        var error = await Assert.ThrowsAnyAsync<PoshAcmeException>(() => ValidateAsync(order));

        Assert.Equal("OrderInvalid", error.ErrorId);
    }

    private static NewOrderRequest With(string[] names, string[] plugins)
    {
        var request = Request(names);
        request.Plugin = plugins;
        request.PluginArgs = plugins.Contains("Two") ? BothKeys : request.PluginArgs;
        return request;
    }

    private Task<StoredOrder> OrderAsync(NewOrderRequest request) => new OrderService(Session).CreateAsync(Server, Account, request);

    private Task ValidateAsync(StoredOrder order, CancellationToken cancellationToken = default)
        => new OrderValidationService(Session).ValidateAsync(Server, Account, order, cancellationToken);
}
