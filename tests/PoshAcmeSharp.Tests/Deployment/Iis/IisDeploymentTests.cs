using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Deployment.Iis;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Iis;

/// <summary>What is done at bindings of IIS, and what is not.</summary>
public sealed class IisDeploymentTests
{
    private const string Old = "0LD";
    private const string New = "NEW";
    private const string Site = "Default Web Site";

    private readonly MemoryIis iis = new();
    private readonly List<string> asked = [];
    private bool isWhatIf;
    private Func<string, bool> confirms = _ => true;

    public IisDeploymentTests()
    {
        iis.Keep(Old);
        iis.Keep(New);
    }

    [Fact]
    public async Task The_certificate_of_a_binding_is_replaced_in_place_and_its_flags_stay()
    {
        iis.Bind("*:443:", Old, flags: 8);

        var result = await RunOneAsync();

        Assert.Equal((DeploymentStatus.Done, Old, New), (result.Status, result.OldThumbprint, result.Thumbprint));
        Assert.Equal([$"replace {Site} *:443: NEW My"], iis.Changes);
        Assert.Equal(8, Assert.Single(iis.Bindings).SslFlags);
        Assert.Equal("*:443:", result.Binding);
    }

    [Fact]
    public async Task What_is_done_already_is_left_alone()
    {
        iis.Bind("*:443:", New);

        var result = await RunOneAsync();

        Assert.Equal(DeploymentStatus.AlreadyDone, result.Status);
        Assert.Null(result.OldThumbprint);
        Assert.Empty(iis.Changes);
        Assert.Empty(asked);
    }

    [Fact]
    public async Task Missing_bindings_are_added_with_SNI_for_each_host_name()
    {
        iis.Bind("*:443:a.example.test", Old, flags: 0);

        var results = await RunAsync(Wish with { HostHeaders = ["a.example.test", "b.example.test"] });

        Assert.Equal([DeploymentStatus.Done, DeploymentStatus.Done], results.Select(r => r.Status));
        Assert.Equal([$"replace {Site} *:443:a.example.test NEW My", $"add {Site} *:443:b.example.test 1 NEW My"], iis.Changes);
        Assert.Null(results[1].OldThumbprint);
    }

    [Fact]
    public async Task A_binding_without_a_certificate_gets_one()
    {
        iis.Bind("*:443:", string.Empty);

        var result = await RunOneAsync();

        Assert.Equal((DeploymentStatus.Done, null), (result.Status, result.OldThumbprint));
        Assert.Equal([$"replace {Site} *:443: NEW My"], iis.Changes);
    }

    [Fact]
    public async Task A_site_that_is_not_there_is_named_with_those_that_are()
    {
        var result = await RunOneAsync(Wish with { Site = "Shop" });

        Assert.Equal(("IisSiteNotFound", DeploymentStatus.Failed), (result.Error!.ErrorId, result.Status));
        Assert.Contains("Other", result.Error.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(iis.Changes);
    }

    [Fact]
    public async Task A_certificate_is_installed_before_it_is_bound()
    {
        iis.Bind("*:443:", Old);
        iis.Store.Remove("WebHosting/NEW");

        var result = await RunOneAsync(Wish with { Installation = new CertificateInstallation { PfxPath = New, StoreName = "WebHosting" } });

        Assert.Equal(["install WebHosting", $"replace {Site} *:443: NEW WebHosting"], iis.Changes);
        Assert.Equal([IisStep.Install, IisStep.Bind], result.Steps.Select(s => s.Name));
    }

    [Fact]
    public async Task A_certificate_that_is_in_the_store_with_its_key_is_not_installed_again()
    {
        iis.Bind("*:443:", Old);

        var result = await RunOneAsync(Wish with { Installation = new CertificateInstallation { PfxPath = New } });

        Assert.Equal([$"replace {Site} *:443: NEW My"], iis.Changes);
        Assert.Equal(StepOutcome.AlreadyDone, result.Steps[0].Outcome);
    }

    [Fact]
    public async Task Nothing_is_bound_when_the_installation_fails()
    {
        iis.Store.Clear();
        iis.Failing.Add("install");

        var results = await RunAsync(Wish with { HostHeaders = ["a", "b"], Installation = new CertificateInstallation { PfxPath = New } });

        Assert.Equal(["install My"], iis.Changes);
        Assert.All(results, r => Assert.Equal((DeploymentStatus.Failed, IisStep.Install), (r.Status, r.Steps[^1].Name)));
    }

    [Fact]
    public async Task A_certificate_that_has_expired_is_not_installed()
    {
        iis.Store.Clear();

        var result = await RunOneAsync(Wish with { NotAfter = DateTimeOffset.UtcNow.AddDays(-1), Installation = new CertificateInstallation { PfxPath = New } });

        Assert.Equal("CertificateExpired", result.Error!.ErrorId);
        Assert.Empty(iis.Changes);
    }

    [Theory]
    [InlineData("CertificateNotInStore")]
    [InlineData("CertificateWithoutKey")]
    [InlineData("CertificateExpired")]
    public async Task A_certificate_that_cannot_serve_is_refused(string id)
    {
        iis.Store.Clear();
        if (id != "CertificateNotInStore")
        {
            iis.Keep(New, hasKey: id != "CertificateWithoutKey", daysLeft: id == "CertificateExpired" ? -1 : 60);
        }

        var result = await RunOneAsync();

        Assert.Equal(id, result.Error!.ErrorId);
        Assert.Empty(iis.Changes);
    }

    [Fact]
    public async Task A_certificate_is_found_in_the_store_for_web_hosting_too()
    {
        iis.Store.Clear();
        iis.Keep(New, store: "WebHosting");
        iis.Bind("*:443:", Old);

        await RunOneAsync();

        Assert.Equal([$"replace {Site} *:443: NEW WebHosting"], iis.Changes);
    }

    [Fact]
    public async Task The_commands_of_another_machine_look_for_the_certificate_themselves()
    {
        iis.IsReadable = false;
        iis.Store.Clear();
        iis.Bind("*:443:", Old);

        var result = await RunOneAsync(Wish with { RemoveOld = true });

        Assert.Equal(DeploymentStatus.Done, result.Status);
        Assert.Equal(StepOutcome.Skipped, result.Steps[^1].Outcome);
    }

    [Fact]
    public async Task Bindings_of_others_that_share_the_address_are_named_and_nothing_is_changed()
    {
        iis.Bind("*:443:", Old);
        iis.Bind("*:443:shop", Old, "Other");

        var result = await RunOneAsync();

        Assert.Equal("IisSharedAddress", result.Error!.ErrorId);
        Assert.Contains("'Other' *:443:shop", result.Error.Message, StringComparison.Ordinal);
        Assert.Empty(iis.Changes);
    }

    [Fact]
    public async Task Bindings_of_others_that_share_the_address_get_the_certificate_by_force_with_a_warning()
    {
        iis.Bind("*:443:", Old);
        iis.Bind("*:443:shop", Old, "Other");

        var result = await RunOneAsync(Wish with { TakesShared = true });

        Assert.Equal(DeploymentStatus.Done, result.Status);
        Assert.Contains(result.Steps, s => s is { Name: IisStep.Share, Outcome: StepOutcome.Warning });
    }

    [Theory]
    [InlineData("*:443:shop", 1, Old)]
    [InlineData("127.0.0.1:443:", 0, Old)]
    [InlineData("*:443:shop", 0, New)]
    public async Task Bindings_of_others_that_keep_their_certificate_are_none_of_our_business(string other, int flags, string thumbprint)
    {
        iis.Bind("*:443:", Old);
        iis.Bind(other, thumbprint, "Other", flags);

        Assert.Equal(DeploymentStatus.Done, (await RunOneAsync()).Status);
    }

    [Fact]
    public async Task Bindings_that_are_asked_for_together_may_share_the_address()
    {
        iis.Bind("*:443:a", Old);
        iis.Bind("*:443:b", Old);

        var results = await RunAsync(Wish with { HostHeaders = ["a", "b"] });

        Assert.All(results, r => Assert.Equal(DeploymentStatus.Done, r.Status));
    }

    [Fact]
    public async Task A_binding_of_the_central_store_is_refused()
    {
        iis.Bind("*:443:a", string.Empty, flags: 3);

        Assert.Equal("IisCentralStore", (await RunOneAsync(Wish with { HostHeaders = ["a"] })).Error!.ErrorId);
    }

    [Fact]
    public async Task SNI_needs_a_host_name()
        => Assert.Equal("SniNeedsHostHeader", (await RunOneAsync(Wish with { RequiresSni = true })).Error!.ErrorId);

    [Fact]
    public async Task One_binding_that_fails_stops_no_other_and_a_second_run_does_what_is_missing()
    {
        iis.Failing.Add("*:443:a");
        var wish = Wish with { HostHeaders = ["a", "b"] };

        var first = await RunAsync(wish);
        iis.Failing.Clear();
        var second = await RunAsync(wish);

        Assert.Equal([DeploymentStatus.Failed, DeploymentStatus.Done], first.Select(r => r.Status));
        Assert.Equal([DeploymentStatus.Done, DeploymentStatus.AlreadyDone], second.Select(r => r.Status));
    }

    [Fact]
    public async Task A_command_that_says_nothing_and_does_nothing_is_found_out()
    {
        iis.Bind("*:443:", Old);
        iis.IsDeaf = true;

        var result = await RunOneAsync();

        Assert.Equal("IisBindingNotChanged", result.Error!.ErrorId);
        Assert.Contains(Old, result.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_former_certificate_is_removed_when_nothing_needs_it()
    {
        iis.Bind("*:443:", Old);

        var result = await RunOneAsync(Wish with { RemoveOld = true });

        Assert.Equal([$"replace {Site} *:443: NEW My", "remove My 0LD"], iis.Changes);
        Assert.Equal(StepOutcome.Done, result.Steps[^1].Outcome);
    }

    [Theory]
    [InlineData("self-signed")]
    [InlineData("names")]
    [InlineData("uses it")]
    public async Task The_former_certificate_stays_for_a_reason_that_is_told(string reason)
    {
        iis.Bind("*:443:", Old);
        iis.Keep(Old, isSelfSigned: reason == "self-signed", names: reason == "names" ? ["www.example.test", "other.example.test"] : []);
        if (reason == "uses it")
        {
            iis.Bind("*:8443:", Old, "Other");
        }

        var result = await RunOneAsync(Wish with { RemoveOld = true });

        Assert.Equal(DeploymentStatus.Done, result.Status);
        Assert.Equal(StepOutcome.Skipped, result.Steps[^1].Outcome);
        Assert.Contains(reason, result.Steps[^1].Message, StringComparison.Ordinal);
        Assert.Single(iis.Changes);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_removed_is_an_error_of_its_binding()
    {
        iis.Bind("*:443:", Old);
        iis.Failing.Add("remove");

        var result = await RunOneAsync(Wish with { RemoveOld = true });

        Assert.Equal((DeploymentStatus.Failed, IisStep.RemoveOld), (result.Status, result.Steps[^1].Name));
    }

    [Fact]
    public async Task What_would_be_done_is_told_and_nothing_is_changed()
    {
        isWhatIf = true;
        iis.Store.Remove("My/NEW");
        iis.Bind("*:443:", Old);

        var result = await RunOneAsync(Wish with { RemoveOld = true, Names = ["www.example.test"], Installation = new CertificateInstallation { PfxPath = New } });

        Assert.Equal(DeploymentStatus.WhatIf, result.Status);
        Assert.Equal([IisStep.Install, IisStep.Bind, IisStep.RemoveOld], result.Steps.Where(s => s.Outcome == StepOutcome.WhatIf).Select(s => s.Name));
        Assert.Equal(
            [
                @"NEW: Install the certificate into LocalMachine\My",
                $"{Site} *:443:: Replace the certificate 0LD by NEW",
                @"0LD: Remove the former certificate from LocalMachine\My",
            ],
            asked);
        Assert.Empty(iis.Changes);
    }

    [Fact]
    public async Task What_is_not_confirmed_is_not_done()
    {
        iis.Store.Remove("My/NEW");
        confirms = action => !action.StartsWith("Install", StringComparison.Ordinal);

        var results = await RunAsync(Wish with { HostHeaders = ["a", "b"], Installation = new CertificateInstallation { PfxPath = New } });

        Assert.Empty(iis.Changes);
        Assert.All(results, r => Assert.Equal(StepOutcome.Skipped, Assert.Single(r.Steps).Outcome));
    }

    private static IisWish Wish => new() { Site = Site, Thumbprint = New };

    private async Task<IisBindingDeployment> RunOneAsync(IisWish? wish = null) => Assert.Single(await RunAsync(wish ?? Wish));

    private Task<IReadOnlyList<IisBindingDeployment>> RunAsync(IisWish wish)
        => new IisDeployment(iis, iis, ConfirmAsync, isWhatIf, SystemClock.Instance).RunAsync(wish, CancellationToken.None);

    private Task<bool> ConfirmAsync(string target, string action)
    {
        asked.Add($"{target}: {action}");
        return Task.FromResult(!isWhatIf && confirms(action));
    }
}
