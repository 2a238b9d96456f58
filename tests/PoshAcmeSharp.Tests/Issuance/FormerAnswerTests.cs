using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>What a run that was killed has left published. A kill is played by an answer that is on disk, and at the provider.</summary>
public sealed class FormerAnswerTests : IssuanceTestBase
{
    private const string Record = "_acme-challenge." + Name;

    private bool IsKept => File.Exists(Path.Combine(Kept().Folder, "published.json"));

    [Fact]
    public async Task What_is_published_is_on_disk_before_and_no_longer_after()
    {
        var isKeptInBetween = false;
        One.Publishing = (_, _) =>
        {
            isKeptInBetween = IsKept;
            return Task.CompletedTask;
        };

        await IssueAsync(Request());

        Assert.True(isKeptInBetween);
        Assert.False(IsKept);
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("ready")]
    [InlineData("valid")]
    public async Task Is_removed_by_the_next_run_wherever_the_order_is(string status)
    {
        if (status != "pending")
        {
            Acme.Options.ValidNames.Add(Name);
        }

        var order = await new OrderService(Session).CreateAsync(Server, Account, Request());
        if (status == "valid")
        {
            await new CertificateService(Session).FinalizeAsync(Server, Account, order);
        }

        await LeaveAsync("old");

        await IssueAsync(Request());

        Assert.Empty(One.Dns.LookUp(Record));
        Assert.False(IsKept);
    }

    [Fact]
    public async Task Is_removed_when_the_order_is_only_to_be_validated_too()
    {
        Acme.Options.ValidNames.Add(Name);
        var order = await new OrderService(Session).CreateAsync(Server, Account, Request());
        await LeaveAsync("old");

        await new OrderValidationService(Session).ValidateAsync(Server, Account, order);

        Assert.Empty(One.Dns.LookUp(Record));
    }

    [Fact]
    public async Task Is_left_where_it_is_published_again_until_that_is_over()
    {
        await new OrderService(Session).CreateAsync(Server, Account, Request());
        using var stopping = new CancellationTokenSource();
        One.Publishing = (_, _) => throw new InvalidOperationException("killed");
        One.Unpublishing = () => throw new PoshAcmeException("Down", ErrorKind.Connection, "The provider is down.");
        await Assert.ThrowsAnyAsync<Exception>(() => IssueAsync(Request()));
        Assert.True(IsKept);
        var removed = One.Unpublished.Count;
        One.Publishing = (_, _) =>
        {
            Assert.Equal(removed, One.Unpublished.Count);
            return Task.CompletedTask;
        };
        One.Unpublishing = null;

        await IssueAsync(Request());

        Assert.Equal(removed + 1, One.Unpublished.Count);
        Assert.Empty(One.Dns.LookUp(Record));
        Assert.False(IsKept);
    }

    [Fact]
    public async Task Is_told_once_and_forgotten_when_it_cannot_be_removed()
    {
        await new OrderService(Session).CreateAsync(Server, Account, Request());
        await LeaveAsync("old");
        One.Unpublishing = () => throw new PoshAcmeException("Down", ErrorKind.Connection, "The provider is down.");
        One.Publishing = (_, _) =>
        {
            One.Unpublishing = null;
            return Task.CompletedTask;
        };

        Assert.NotNull(await IssueAsync(Request()));

        Assert.Contains("remove them by hand. _acme-challenge.www.example.test: The provider is down.", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
        Assert.False(IsKept);
    }

    [Fact]
    public async Task Of_a_plugin_that_is_gone_is_a_warning()
    {
        await new OrderService(Session).CreateAsync(Server, Account, Request());
        Session.Store.SavePublishedAnswers(Kept(), [new PublishedAnswer("Gone", Record, null, "old")]);

        Assert.NotNull(await IssueAsync(Request()));

        Assert.Contains($"left challenge answers at {Record}", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
        Assert.False(IsKept);
    }

    [Fact]
    public async Task Is_not_forgotten_when_the_run_that_removes_it_is_stopped()
    {
        await new OrderService(Session).CreateAsync(Server, Account, Request());
        await LeaveAsync("old");
        using var stopping = new CancellationTokenSource();
        One.Unpublishing = () =>
        {
            stopping.Cancel();
            throw new OperationCanceledException();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => IssueAsync(Request(), stopping.Token));

        Assert.True(IsKept);
        Assert.Empty(Reporter.Warnings);
    }

    [Fact]
    public async Task A_damaged_file_is_a_warning()
    {
        var order = await new OrderService(Session).CreateAsync(Server, Account, Request());
        File.WriteAllText(Path.Combine(order.Folder, "published.json"), string.Empty);

        Assert.NotNull(await IssueAsync(Request()));

        Assert.Contains("published.json", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
        Assert.False(IsKept);
    }

    private async Task LeaveAsync(string value)
    {
        await One.Dns.PublishAsync(new TxtRecordSet(Record, [value]), new PluginContext(Reporter, SystemClock.Instance), CancellationToken.None);
        Session.Store.SavePublishedAnswers(Kept(), [new PublishedAnswer("One", Record, null, value)]);
    }
}
