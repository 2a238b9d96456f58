using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Deployment.Exchange;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Exchange;

public sealed class ExchangeDeploymentTests : IDisposable
{
    private readonly ExchangeBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_certificate_comes_to_all_servers_and_the_default_of_SMTP_stays_what_it_was()
    {
        var results = await bench.RunAsync();

        Assert.All(results, r => Assert.Equal(DeploymentStatus.Done, r.Status));
        foreach (var name in new[] { "EX1", "EX2" })
        {
            var server = bench.Exchange[name];
            Assert.Equal(["IIS", "SMTP"], server.Find(bench.Thumbprint).Services.Order(StringComparer.Ordinal));
            Assert.Equal("0" + name, server.Default);
        }

        Assert.Equal(
            ["Import EX1", $"Enable EX1 IIS {bench.Thumbprint}", $"Enable EX1 SMTP {bench.Thumbprint}", "Enable EX1 SMTP 0EX1"],
            bench.Exchange.Changes.Take(4));
    }

    [Fact]
    public async Task A_second_run_calls_nothing_of_Exchange_and_does_not_need_its_commands_or_the_file()
    {
        var wish = bench.Wish;
        await bench.RunAsync(wish);
        bench.Exchange.Calls.Clear();
        bench.Exchange.HasCommands = false;
        bench.Pfx = null!;

        var results = await bench.RunAsync(wish);

        Assert.All(results, r => Assert.Equal(DeploymentStatus.AlreadyDone, r.Status));
        Assert.Empty(bench.Exchange.Calls);
    }

    [Fact]
    public async Task A_new_wish_is_fulfilled_on_servers_that_are_recorded_and_a_smaller_one_takes_nothing_back()
    {
        await bench.RunAsync();
        bench.Exchange.Calls.Clear();

        await bench.RunAsync(bench.Wish with { Services = ["POP"] });
        Assert.Equal([$"Enable EX1 POP {bench.Thumbprint}", $"Enable EX2 POP {bench.Thumbprint}"], bench.Exchange.Changes);

        bench.Exchange.Calls.Clear();
        await bench.RunAsync(bench.Wish with { Services = ["IIS", "SMTP", "POP"] });
        Assert.Empty(bench.Exchange.Calls);
    }

    [Fact]
    public async Task Verify_looks_at_what_is_recorded_and_puts_right_what_is_missing()
    {
        await bench.RunAsync();
        var server = bench.Exchange["EX2"];
        server.Certificates.RemoveAll(c => c.Is(bench.Thumbprint));
        bench.Exchange.Calls.Clear();

        var results = await bench.RunAsync(bench.Wish with { Verify = true });

        Assert.Equal([DeploymentStatus.AlreadyDone, DeploymentStatus.Done], results.Select(r => r.Status));
        Assert.Contains("Import EX2", bench.Exchange.Changes);
        Assert.DoesNotContain("Import EX1", bench.Exchange.Changes);
    }

    [Fact]
    public async Task A_server_that_fails_stops_no_other_and_the_next_run_does_only_what_is_left()
    {
        bench.Exchange.Before = call => FailOn(call, "Import EX1");

        var results = await bench.RunAsync();

        Assert.Equal([DeploymentStatus.Failed, DeploymentStatus.Done], results.Select(r => r.Status));
        Assert.Equal("ExchangeCommandFailed", results[0].Error?.ErrorId);
        Assert.Equal((ExchangeStep.Import, StepOutcome.Failed), results[0].Steps.Select(s => (s.Name, s.Outcome)).Last());

        bench.Exchange.Before = null;
        bench.Exchange.Calls.Clear();
        results = await bench.RunAsync();

        Assert.Equal([DeploymentStatus.Done, DeploymentStatus.AlreadyDone], results.Select(r => r.Status));
        Assert.DoesNotContain(bench.Exchange.Calls, c => c.Contains("EX2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_server_is_named_in_its_result()
    {
        var results = await bench.RunAsync(bench.Wish with { Servers = ["EX9", "EX1"] });

        Assert.Contains("EX9", results[0].Error?.Message, StringComparison.Ordinal);
        Assert.Equal(DeploymentStatus.Done, results[1].Status);
    }

    [Fact]
    public async Task A_run_that_dies_between_enabling_SMTP_and_the_former_default_is_repaired_by_the_next()
    {
        bench.Exchange.Before = call =>
        {
            if (call == "Enable EX1 SMTP 0EX1")
            {
                throw new OperationCanceledException();
            }
        };
        await Assert.ThrowsAsync<OperationCanceledException>(() => bench.RunAsync());
        Assert.Equal(bench.Thumbprint, bench.Exchange["EX1"].Default);

        bench.Exchange.Before = null;
        await bench.RunAsync();

        Assert.Equal("0EX1", bench.Exchange["EX1"].Default);
        Assert.DoesNotContain(ExchangePlan.FormerDefaultNote, bench.Record("EX1")!.Notes.Keys);
    }

    [Fact]
    public async Task A_server_that_has_another_form_of_its_name_the_next_day_is_the_same_server()
    {
        bench.Exchange.Add("EX1.corp.test");
        await bench.RunAsync(bench.Wish with { Servers = ["EX1"] });
        bench.Exchange.Calls.Clear();

        var result = Assert.Single(await bench.RunAsync(bench.Wish with { Servers = ["ex1.corp.test"] }));

        Assert.Equal(DeploymentStatus.AlreadyDone, result.Status);
        Assert.Equal("ex1.corp.test", result.Server);
        Assert.Empty(bench.Exchange.Calls);
    }

    [Fact]
    public async Task A_run_that_dies_is_repaired_under_another_form_of_the_name_of_the_server()
    {
        bench.Exchange.Before = call =>
        {
            if (call == "Enable EX1 SMTP 0EX1")
            {
                throw new OperationCanceledException();
            }
        };
        await Assert.ThrowsAsync<OperationCanceledException>(() => bench.RunAsync());
        bench.Exchange.Before = null;
        bench.Exchange.AddName("EX1.corp.test", "EX1");

        await bench.RunAsync(bench.Wish with { Servers = ["EX1.corp.test"] });

        Assert.Equal("0EX1", bench.Exchange["EX1"].Default);
        Assert.True(bench.Record("EX1")!.IsComplete);
    }

    [Fact]
    public async Task A_run_while_another_one_changes_servers_waits_and_then_finds_it_done()
    {
        PoshAcmeException? busy = null;
        bench.Exchange.Before = call =>
        {
            // Now the new certificate is the default, which a second run would take for the one to keep.
            if (call == "Enable EX1 SMTP 0EX1")
            {
                bench.Exchange.Before = null;
                busy = Assert.ThrowsAsync<PoshAcmeException>(() => bench.RunAsync()).GetAwaiter().GetResult();
            }
        };

        await bench.RunAsync();

        Assert.Equal("ProfileBusy", busy?.ErrorId);
        Assert.All(await bench.RunAsync(), r => Assert.Equal(DeploymentStatus.AlreadyDone, r.Status));
        Assert.Equal("0EX1", bench.Exchange["EX1"].Default);
    }

    [Fact]
    public async Task What_is_the_default_is_on_disk_before_SMTP_is_enabled()
    {
        string? noted = null;
        bench.Exchange.Before = call =>
        {
            if (call == $"Enable EX1 SMTP {bench.Thumbprint}")
            {
                noted = bench.Record("EX1")?.Notes[ExchangePlan.FormerDefaultNote];
            }
        };

        await bench.RunAsync();

        Assert.Equal("0EX1", noted);
    }

    [Fact]
    public async Task A_former_default_that_is_not_the_default_again_is_an_error_with_the_command_to_run()
    {
        bench.Exchange.Before = call =>
        {
            if (call == "GetDefault EX1" && bench.Exchange.Calls.Count(c => c == call) > 1)
            {
                bench.Exchange["EX1"].Default = "OTHER";
            }
        };

        var results = await bench.RunAsync();

        Assert.Equal("DefaultSmtpNotKept", results[0].Error?.ErrorId);
        Assert.Contains("-Thumbprint 0EX1 -Server EX1 -Services SMTP -Force", results[0].Error!.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReplaceDefaultSmtp_makes_the_certificate_the_default()
    {
        await bench.RunAsync(bench.Wish with { ReplaceDefaultSmtp = true });

        Assert.Equal(bench.Thumbprint, bench.Exchange["EX1"].Default);
    }

    [Fact]
    public async Task A_default_that_is_a_former_certificate_of_a_CA_is_kept_with_a_warning_that_it_ends_soon()
    {
        bench.Exchange["EX1"].Default = AddOld();

        var results = await bench.RunAsync();

        Assert.Equal("OLD", bench.Exchange["EX1"].Default);
        var kept = results[0].Steps.Single(s => s.Name == ExchangeStep.KeepDefaultSmtp);
        Assert.Equal(StepOutcome.Warning, kept.Outcome);
        Assert.Contains("-ReplaceDefaultSmtp", kept.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_remembered_is_a_warning_on_a_server_that_is_done_and_SMTP_is_not_touched_before()
    {
        bench.BlockRecords();

        var results = await bench.RunAsync(bench.Wish with { Services = ["IIS"] });
        Assert.Equal(DeploymentStatus.Done, results[0].Status);
        Assert.Contains(results[0].Steps, s => s is { Name: ExchangeStep.Record, Outcome: StepOutcome.Warning });

        results = await bench.RunAsync();
        Assert.Equal((ExchangeStep.EnableSmtp, StepOutcome.Failed), results[0].Steps.Where(s => s.Outcome == StepOutcome.Failed).Select(s => (s.Name, s.Outcome)).Single());
        Assert.Equal("0EX1", bench.Exchange["EX1"].Default);
    }

    [Fact]
    public async Task A_hidden_default_that_is_ambiguous_leaves_SMTP_undone_and_IIS_done()
    {
        var server = bench.Exchange["EX1"];
        server.IsDefaultHidden = true;
        server.Certificates.Add(server.Find("0EX1") with { Thumbprint = "BBBB" });

        var results = await bench.RunAsync();

        Assert.Equal("DefaultSmtpUnknown", results[0].Error?.ErrorId);
        Assert.Equal(["IIS"], server.Find(bench.Thumbprint).Services);
    }

    [Theory]
    [InlineData("Untrusted")]
    [InlineData("DateInvalid")]
    [InlineData("Invalid")]
    public async Task A_status_that_is_not_valid_fails_before_anything_is_enabled(string status)
    {
        bench.Exchange["EX1"].NewStatus = status;

        var results = await bench.RunAsync();

        Assert.Equal("CertificateCheckFailed", results[0].Error?.ErrorId);
        Assert.Contains(status, results[0].Error!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.Exchange.Changes, c => c.StartsWith("Enable EX1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Revocation_that_cannot_be_checked_is_a_warning()
    {
        bench.Exchange["EX1"].NewStatus = "RevocationCheckFailure";

        var results = await bench.RunAsync();

        Assert.Equal(DeploymentStatus.Done, results[0].Status);
        Assert.Equal(StepOutcome.Warning, results[0].Steps.Single(s => s.Name == ExchangeStep.Check).Outcome);
    }

    [Fact]
    public async Task SkipVerify_enables_whatever_the_status_and_does_not_count_as_verified()
    {
        bench.Exchange["EX1"].NewStatus = "Untrusted";

        Assert.Equal(DeploymentStatus.Done, (await bench.RunAsync(bench.Wish with { SkipVerify = true }))[0].Status);
        Assert.Equal("CertificateCheckFailed", (await bench.RunAsync())[0].Error?.ErrorId);
    }

    [Fact]
    public async Task A_service_that_is_not_shown_after_it_was_enabled_is_a_warning()
    {
        bench.Exchange["EX1"].Ignored = ["POP"];

        var results = await bench.RunAsync(bench.Wish with { Services = ["POP"] });

        Assert.Contains(results[0].Steps, s => s.Outcome == StepOutcome.Warning && s.Message.Contains("X509CertificateName", StringComparison.Ordinal));
        Assert.Equal(DeploymentStatus.Done, results[0].Status);
    }

    [Theory]
    [InlineData("IIS")]
    [InlineData("SMTP")]
    public async Task A_web_site_or_SMTP_that_is_not_enabled_is_a_failure_that_the_next_run_makes_good(string service)
    {
        bench.Exchange["EX1"].Ignored = [service];
        var first = (await bench.RunAsync(bench.Wish with { Services = [service] }))[0];
        Assert.Equal(DeploymentStatus.Failed, first.Status);
        Assert.Equal("ServiceNotEnabled", first.Error?.ErrorId);

        bench.Exchange["EX1"].Ignored = [];
        Assert.Equal(DeploymentStatus.Done, (await bench.RunAsync(bench.Wish with { Services = [service] }))[0].Status);
        Assert.Equal("0EX1", bench.Exchange["EX1"].Default);
    }

    [Fact]
    public async Task WhatIf_shows_each_step_and_changes_nothing_and_keeps_nothing()
    {
        bench.IsWhatIf = true;

        var results = await bench.RunAsync();

        Assert.All(results, r => Assert.Equal(DeploymentStatus.WhatIf, r.Status));
        Assert.Equal(
            [ExchangeStep.Import, ExchangeStep.Check, ExchangeStep.Enable, ExchangeStep.EnableSmtp, ExchangeStep.KeepDefaultSmtp],
            results[0].Steps.Where(s => s.Outcome == StepOutcome.WhatIf).Select(s => s.Name));
        Assert.Empty(bench.Exchange.Changes);
        Assert.Null(bench.Record("EX1"));
    }

    [Fact]
    public async Task What_is_not_confirmed_ends_the_work_on_that_server_and_is_not_recorded_as_done()
    {
        bench.Answer = action => !action.StartsWith("Import", StringComparison.Ordinal);

        var results = await bench.RunAsync();

        Assert.All(results, r => Assert.Equal(DeploymentStatus.WhatIf, r.Status));
        Assert.Equal(StepOutcome.Skipped, results[0].Steps[^1].Outcome);
        Assert.Empty(bench.Exchange.Changes);
        Assert.Null(bench.Record("EX1"));
    }

    [Fact]
    public async Task A_missing_session_of_Exchange_is_one_error()
    {
        bench.Exchange.HasCommands = false;

        Assert.Equal("ExchangeCommandsNotFound", (await Assert.ThrowsAsync<PoshAcmeException>(() => bench.RunAsync())).ErrorId);
    }

    [Fact]
    public async Task An_expired_certificate_is_in_the_result_of_each_server_and_none_is_asked()
    {
        bench.Clock.UtcNow = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

        var results = await bench.RunAsync();

        Assert.All(results, r => Assert.Equal("CertificateExpired", r.Error?.ErrorId));
        Assert.Empty(bench.Exchange.Calls);
    }

    [Fact]
    public async Task An_elliptic_curve_key_is_refused_unless_it_is_asked_for()
    {
        bench.Pfx = ExchangeBench.NewPfx(isEc: true);

        Assert.Equal("EcKeyRefused", (await bench.RunAsync())[0].Error?.ErrorId);
        Assert.Equal(DeploymentStatus.Done, (await bench.RunAsync(bench.Wish with { AllowEcKey = true }))[0].Status);
    }

    [Fact]
    public async Task A_file_without_the_chain_is_a_warning()
    {
        bench.Pfx = ExchangeBench.NewPfx(hasChain: false);

        var results = await bench.RunAsync();

        Assert.Contains(results[0].Steps, s => s.Outcome == StepOutcome.Warning && s.Message.Contains("fullchain.pfx", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_that_the_servers_have_is_enabled_by_its_thumbprint()
    {
        await bench.RunAsync(bench.Wish with { Services = ["IIS"], Servers = ["EX1"] });
        bench.Exchange.Calls.Clear();
        bench.HasOrder = false;

        var results = await bench.RunAsync(bench.Wish with { Services = ["POP"] }, hasFile: false);

        Assert.Equal([DeploymentStatus.Done, DeploymentStatus.Failed], results.Select(r => r.Status));
        Assert.Equal([$"Enable EX1 POP {bench.Thumbprint}"], bench.Exchange.Changes);
        Assert.Equal("CertificateNotOnServer", results[1].Error?.ErrorId);
    }

    [Fact]
    public async Task Without_an_order_nothing_is_recorded_and_the_next_run_looks_again()
    {
        bench.HasOrder = false;
        await bench.RunAsync();
        bench.Exchange.Calls.Clear();

        var results = await bench.RunAsync();

        Assert.All(results, r => Assert.Equal(DeploymentStatus.AlreadyDone, r.Status));
        Assert.Empty(bench.Exchange.Changes);
        Assert.NotEmpty(bench.Exchange.Calls);
    }

    [Fact]
    public async Task Probe_asks_the_ports_of_the_services_and_another_certificate_or_no_answer_is_a_warning()
    {
        bench.Probe.Thumbprint = "OTHER";
        var wish = bench.Wish with { Probe = true, Servers = ["EX1"] };

        var results = await bench.RunAsync(wish);

        Assert.Equal(["EX1:443 mail.example.test", "EX1:25 mail.example.test STARTTLS"], bench.Probe.Calls);
        Assert.Equal(DeploymentStatus.Done, results[0].Status);
        Assert.Equal(2, results[0].Steps.Count(s => s is { Name: ExchangeStep.Probe, Outcome: StepOutcome.Warning }));

        bench.Probe.Thumbprint = null;
        results = await bench.RunAsync(wish with { Force = true });
        Assert.Equal(2, results[0].Steps.Count(s => s is { Name: ExchangeStep.Probe, Outcome: StepOutcome.Warning }));
    }

    [Fact]
    public async Task RemoveOld_removes_the_predecessor_and_nothing_before_the_new_one_is_enabled()
    {
        var old = AddOld();

        var results = await bench.RunAsync(bench.Wish with { RemoveOld = true });

        Assert.Equal(DeploymentStatus.Done, results[0].Status);
        Assert.DoesNotContain(bench.Exchange["EX1"].Certificates, c => c.Is(old));
        Assert.Equal($"Remove EX1 {old}", bench.Exchange.Changes.Last());
    }

    [Fact]
    public async Task A_removal_that_Exchange_refuses_is_a_warning_and_tried_again_by_the_next_run()
    {
        var old = AddOld();
        var wish = bench.Wish with { RemoveOld = true };
        bench.Exchange.Before = call => FailOn(call, $"Remove EX1 {old}");

        var results = await bench.RunAsync(wish);

        Assert.Equal((DeploymentStatus.Done, StepOutcome.Warning), (results[0].Status, results[0].Steps[^1].Outcome));

        bench.Exchange.Before = null;
        await bench.RunAsync(wish);
        Assert.DoesNotContain(bench.Exchange["EX1"].Certificates, c => c.Is(old));
    }

    [Fact]
    public async Task WhatIf_shows_the_removal_too()
    {
        var old = AddOld();
        bench.IsWhatIf = true;

        await bench.RunAsync(bench.Wish with { RemoveOld = true });

        Assert.Contains($"EX1: Remove the former certificate {old}", bench.Asked);
        Assert.Empty(bench.Exchange.Changes);
    }

    [Fact]
    public async Task The_next_certificate_takes_the_place_of_the_one_before()
    {
        await bench.RunAsync();
        var former = bench.Thumbprint;
        bench.Pfx = ExchangeBench.NextPfx;

        var results = await bench.RunAsync();

        Assert.All(results, r => Assert.Equal(DeploymentStatus.Done, r.Status));
        Assert.Equal(bench.Thumbprint, bench.Record("EX1")!.Thumbprint);
        Assert.Equal(["SMTP"], bench.Exchange["EX1"].Find(former).Services);
        Assert.Equal("0EX1", bench.Exchange["EX1"].Default);
    }

    private static void FailOn(string call, string failing)
    {
        if (call == failing)
        {
            throw FakeExchange.Refused("The RPC server is unavailable.");
        }
    }

    private string AddOld()
    {
        var old = ExchangeCertificate.Expected(bench.Pfx.Certificate) with { Thumbprint = "OLD", Services = ["IIS", "SMTP"], NotAfter = bench.Clock.UtcNow.AddDays(1) };
        bench.Exchange["EX1"].Certificates.Add(old);
        return old.Thumbprint;
    }
}
