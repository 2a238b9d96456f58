using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Tests.Issuance;
using PoshAcmeSharp.Tests.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment;

/// <summary>What runs after a new certificate, and what is remembered of it. A kill is played by a disk that dies.</summary>
public sealed class DeployHooksTests : RenewalTestBase
{
    private static readonly RenewalOptions Renewal = new() { Force = true, AwaitsHook = true };

    private readonly List<string> seen = [];

    [Fact]
    public async Task A_new_certificate_is_given_to_the_hook_once()
    {
        var issued = await IssueWithHookAsync();

        Assert.Equal(HookStatus.Done, (await Hooks().RunAsync(Order())).Status);
        Assert.Equal(HookStatus.None, (await Hooks().RunAsync(Order())).Status);

        Assert.Equal([issued.Certificate.Thumbprint], seen);
        Assert.Null(Session.Store.ReadHook(Order()));
    }

    [Fact]
    public async Task An_issuance_that_nobody_waits_for_leaves_nothing_to_do()
    {
        await IssueAsync();

        Assert.Equal(HookStatus.None, (await Hooks().RunAsync(Order())).Status);
        Assert.Empty(seen);
    }

    [Fact]
    public async Task A_failure_is_remembered_and_the_hook_runs_again()
    {
        var issued = await IssueWithHookAsync();
        var result = await Hooks(() => throw new InvalidOperationException("no such server\r\nat line 1")).RunAsync(Order());

        Assert.Equal(HookStatus.Failed, result.Status);
        Assert.Equal("HookFailed", result.Error!.ErrorId);
        var pending = Session.Store.ReadHook(Order())!;
        Assert.Equal((issued.Certificate.Thumbprint, 1, "no such server  at line 1"), (pending.Thumbprint, pending.Attempts, pending.ErrorMessage));
        Assert.NotNull(pending.Since);
        Assert.NotNull(pending.LastAttempt);

        Assert.Equal(HookStatus.Done, (await Hooks().RunAsync(Order())).Status);
        Assert.Equal([issued.Certificate.Thumbprint], seen);
        Assert.Null(Session.Store.ReadHook(Order()));
    }

    [Fact]
    public async Task A_script_that_would_wait_for_itself_is_an_error_and_stays_pending()
    {
        await IssueWithHookAsync();
        var hooks = new DeployHooks(Session, Note(() => { })) { Callers = [Order().Folder] };

        var result = await hooks.RunAsync(Order());

        Assert.Equal("HookNested", result.Error!.ErrorId);
        Assert.Empty(seen);
        Assert.NotNull(Session.Store.ReadHook(Order()));
    }

    [Fact]
    public async Task Failures_are_counted()
    {
        await IssueWithHookAsync();
        for (var i = 0; i < 3; i++)
        {
            await Hooks(() => throw new InvalidOperationException("no")).RunAsync(Order());
        }

        Assert.Equal(3, Session.Store.ReadHook(Order())!.Attempts);
    }

    [Fact]
    public async Task The_password_of_the_order_is_not_kept_with_the_failure()
    {
        await IssueWithHookAsync();
        var password = Order().PfxPass;

        await Hooks(() => throw new InvalidOperationException($"cannot open cert.pfx with {password}")).RunAsync(Order());

        Assert.Equal("cannot open cert.pfx with ***", Session.Store.ReadHook(Order())!.ErrorMessage);
    }

    [Fact]
    public async Task What_is_stopped_in_the_hook_stays_pending_and_is_no_failure()
    {
        await IssueWithHookAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => Hooks(() => throw new OperationCanceledException()).RunAsync(Order()));

        Assert.Equal(0, Session.Store.ReadHook(Order())!.Attempts);
    }

    [Fact]
    public async Task The_hook_that_is_pending_gets_the_newest_certificate_also_when_that_was_issued_without_one()
    {
        await IssueWithHookAsync();
        await RunAsync(new RenewalOptions { Force = true });

        Assert.Equal(HookStatus.Done, (await Hooks().RunAsync(Order())).Status);

        Assert.Equal([Results[^1].Certificate!.Certificate.Thumbprint], seen);
        Assert.Null(Session.Store.ReadHook(Order()));
    }

    [Fact]
    public async Task A_certificate_that_comes_while_the_hook_runs_stays_pending()
    {
        await IssueWithHookAsync();

        await Hooks(() => RunAsync(Renewal, NewSession()).GetAwaiter().GetResult()).RunAsync(Order());

        var newest = Results[^1].Certificate!.Certificate.Thumbprint;
        Assert.NotEqual(newest, Assert.Single(seen));
        Assert.Equal(newest, Session.Store.ReadHook(Order())!.Thumbprint);
    }

    [Fact]
    public async Task Two_that_want_to_do_it_do_it_once()
    {
        await IssueWithHookAsync();
        var (began, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = new DeployHooks(Session, async (certificate, _) =>
        {
            began.SetResult();
            await goOn.Task;
            seen.Add(certificate.Certificate.Thumbprint);
        }).RunAsync(Order());
        await began.Task;

        var second = new DeployHooks(NewSession(), Note(() => { })).RunAsync(Order());
        goOn.SetResult();

        Assert.Equal([HookStatus.Done, HookStatus.None], [(await first).Status, (await second).Status]);
        Assert.Single(seen);
    }

    [Fact]
    public async Task A_kill_at_any_step_leaves_no_new_certificate_without_its_hook()
    {
        await IssueAsync();
        var former = new CertificateService(Session).Read(Order())!.Certificate.Thumbprint;
        var (kills, renewed) = (0, 0);
        for (var failAt = 1; ; failAt += 7)
        {
            var dying = NewSession(new FaultyFileSystem(failAt, () => new KilledException()));
            var wasKilled = false;
            try
            {
                var service = new RenewalService(dying);
                var order = dying.Store.FindOrder(Account, "www.example.test")!;
                await service.RunAsync(service.Read(Server, Account, [order]), Renewal, r => wasKilled |= r.Error is KilledException);
            }
            catch (KilledException)
            {
                wasKilled = true;
            }

            (await Session.Store.LockOrderAsync(Order(), TimeSpan.Zero, CancellationToken.None)).Dispose();
            var present = new CertificateService(Session).Read(Order())!.Certificate.Thumbprint;
            Assert.Equal(present == former ? null : present, Session.Store.ReadHook(Order())?.Thumbprint);
            if (present != former)
            {
                renewed++;
                former = present;
                await Hooks().RunAsync(Order());
                Assert.Equal(present, seen[^1]);
            }

            if (!wasKilled)
            {
                break;
            }

            kills++;
        }

        Assert.True(kills > 5 && renewed > 1, $"{kills} kills, {renewed} renewals.");
    }

    [Fact]
    public async Task A_damaged_mark_counts_as_pending()
    {
        var issued = await IssueWithHookAsync();
        await File.WriteAllTextAsync(Path.Combine(Order().Folder, "hook.json"), "{");

        Assert.Equal(HookStatus.Done, (await Hooks().RunAsync(Order())).Status);

        Assert.Equal([issued.Certificate.Thumbprint], seen);
        Assert.False(File.Exists(Path.Combine(Order().Folder, "hook.json")));
    }

    [Fact]
    public async Task An_order_that_was_removed_meanwhile_is_named()
    {
        await IssueWithHookAsync();
        var order = Order();
        var result = await Hooks(() => Directory.Delete(order.Folder, recursive: true)).RunAsync(order);

        Assert.Equal(HookStatus.Done, result.Status);
        Assert.Contains(Reporter.Warnings, w => w.Contains("www.example.test", StringComparison.Ordinal));
    }

    private DeployHooks Hooks(Action? action = null) => new(Session, Note(action ?? (() => { })));

    /// <summary>A hook that notes the certificate when it has run to its end.</summary>
    private Func<OrderCertificate, CancellationToken, Task> Note(Action action) => (certificate, _) =>
    {
        action();
        seen.Add(certificate.Certificate.Thumbprint);
        return Task.CompletedTask;
    };

    private async Task<OrderCertificate> IssueWithHookAsync()
    {
        await IssueAsync();
        await RunAsync(Renewal);
        return Results[^1].Certificate!;
    }
}
