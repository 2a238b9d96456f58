using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class OrderIssuerTests : IssuanceTestBase
{
    [Fact]
    public async Task An_order_is_taken_from_names_to_files()
    {
        var issued = await IssueAsync(Request(Name, "*.www.example.test"));

        Assert.Equal(["*.www.example.test", Name], issued!.Certificate.AllSans.Order());
        Assert.Equal("valid", Kept().Status);
        Assert.True(File.Exists(issued.PfxFullChain));
        AssertCleanedUp();
    }

    [Fact]
    public async Task Nothing_is_asked_twice()
    {
        var names = Enumerable.Range(1, 10).Select(i => $"n{i}.example.test").ToArray();
        Acme.Options.PollsUntilValidated = 0;

        await IssueAsync(Request(names));

        Assert.Single(Acme.History.Of(AcmeOperation.NewOrder));
        Assert.Equal(10, Acme.History.Of(AcmeOperation.Challenge).Count);
        Assert.Equal(20, Acme.History.Of(AcmeOperation.Authorization).Count);
        Assert.Single(Acme.History.Of(AcmeOperation.Order));
        Assert.Single(Acme.History.Of(AcmeOperation.Finalize));
        Assert.Single(Acme.History.Of(AcmeOperation.Certificate));
    }

    [Fact]
    public async Task A_certificate_that_is_not_due_is_left_alone_and_its_new_settings_are_kept()
    {
        var first = await IssueAsync(Request());
        var before = Requests.Count();

        var request = Request();
        request.ValidationTimeout = 77;
        var second = await IssueAsync(request);

        Assert.Null(second);
        Assert.Equal(before, Requests.Count());
        Assert.Equal(77, Kept().ValidationTimeout);
        Assert.Equal(first!.Certificate.Thumbprint, new CertificateService(Session).Read(Kept())!.Certificate.Thumbprint);
    }

    [Fact]
    public async Task A_certificate_is_replaced_when_that_is_asked_for_and_the_CA_is_told_which()
    {
        var first = await IssueAsync(Request());
        var request = Request();
        request.Overwrite = true;

        var second = await IssueAsync(request);

        Assert.NotEqual(first!.Certificate.Thumbprint, second!.Certificate.Thumbprint);
        Assert.Equal(first.Certificate.AriId, Kept().Replaces);
    }

    [Theory]
    [InlineData("names")]
    [InlineData("key")]
    [InlineData("lifetime")]
    public async Task An_order_for_something_else_is_a_new_one(string what)
    {
        await IssueAsync(Request());
        var request = Request(what == "names" ? [Name, "other.example.test"] : [Name]);
        request.KeyLength = what == "key" ? KeyLength.Ec384 : KeyLength.Ec256;
        request.LifetimeDays = what == "lifetime" ? 30 : null;

        Assert.NotNull(await IssueAsync(request));

        Assert.Equal(2, Acme.Orders.Count);
    }

    [Theory]
    [InlineData(AcmeOperation.Authorization)]
    [InlineData(AcmeOperation.Challenge)]
    [InlineData(AcmeOperation.Finalize)]
    [InlineData(AcmeOperation.Certificate)]
    public async Task A_run_that_failed_at_any_step_is_gone_on_with_by_the_next_one(AcmeOperation step)
    {
        Acme.OnRequest(step, Fault.Problem(new ProblemDocument(403, "unauthorized", "not today")));
        await Assert.ThrowsAnyAsync<PoshAcmeException>(() => IssueAsync(Request()));

        var issued = await IssueAsync(Request());

        Assert.NotNull(issued);
        Assert.Single(Acme.History.Of(AcmeOperation.NewOrder));
        AssertCleanedUp();
    }

    [Fact]
    public async Task A_certificate_that_was_issued_but_not_downloaded_is_downloaded_with_its_key()
    {
        Acme.OnRequest(AcmeOperation.Certificate, Fault.Problem(new ProblemDocument(403, "unauthorized", "not today")));
        await Assert.ThrowsAnyAsync<PoshAcmeException>(() => IssueAsync(Request()));
        Assert.Equal("valid", Kept().Status);
        var before = Requests.Count();

        await IssueAsync(Request());

        Assert.Equal([AcmeOperation.Certificate], Requests.Skip(before).Select(r => r.Operation));
    }

    [Fact]
    public async Task An_order_of_another_client_that_has_no_key_here_is_finished_with_a_new_one()
    {
        var order = await new OrderService(Session).CreateAsync(Server, Account, Request());
        File.Delete(Path.Combine(order.Folder, OrderFileNames.Key));

        Assert.NotNull(await IssueAsync(Request()));
    }

    [Fact]
    public async Task A_renewal_with_a_new_key_that_died_before_it_was_kept_does_not_take_the_old_key()
    {
        var request = Request();
        request.AlwaysNewKey = true;
        var first = await IssueAsync(request);
        var oldKey = File.ReadAllText(first!.KeyFile!);
        request.Overwrite = true;
        await new OrderService(Session).CreateAsync(Server, Account, request);
        File.Delete(Path.Combine(first.Order.Folder, OrderFileNames.PendingKey));

        request.Overwrite = false;
        var second = await IssueAsync(request);

        Assert.NotEqual(oldKey, File.ReadAllText(second!.KeyFile!));
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("invalid")]
    [InlineData("expired")]
    public async Task An_order_that_has_ended_meanwhile_is_replaced_by_a_new_one(string how)
    {
        var order = await new OrderService(Session).CreateAsync(Server, Account, Request());
        switch (how)
        {
            case "gone":
                Acme.Orders[0].IsGone = true;
                break;
            case "invalid":
                Acme.Orders[0].Status = "invalid";
                break;
            default:
                Acme.Authorizations[0].Expires = DateTimeOffset.UtcNow.AddDays(-1);
                break;
        }

        var issued = await IssueAsync(Request());

        Assert.NotNull(issued);
        Assert.NotEqual(order.Location, Kept().Location);
        Assert.Equal(2, Acme.Orders.Count);
        Assert.Contains("a new one takes its place", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_expires_while_DNS_is_waited_for_is_replaced_once()
    {
        var times = 0;
        One.Publishing = (_, _) =>
        {
            if (++times == 1)
            {
                Acme.Authorizations[0].Expires = DateTimeOffset.UtcNow.AddDays(-1);
                Acme.Orders[0].Expires = DateTimeOffset.UtcNow.AddDays(-1);
            }

            return Task.CompletedTask;
        };

        Assert.NotNull(await IssueAsync(Request()));

        Assert.Equal(2, Acme.Orders.Count);
        AssertCleanedUp();
    }

    [Fact]
    public async Task An_imported_key_survives_the_replacement_of_its_order()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        await IssueAsync(Request());
        var request = Request();
        request.KeyPem = key.ToPem();
        request.Overwrite = true;
        await new OrderService(Session).CreateAsync(Server, Account, request);
        Acme.Orders[1].IsGone = true;

        request.Overwrite = false;
        var issued = await IssueAsync(request);

        Assert.Equal(3, Acme.Orders.Count);
        Assert.Equal(key.ToPem(), File.ReadAllText(issued!.KeyFile!));
    }

    [Fact]
    public async Task A_name_that_the_CA_refuses_is_not_ordered_again()
    {
        Acme.Options.FailingNames[Name] = new ProblemDocument(403, "unauthorized", "wrong record");

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => IssueAsync(Request()));

        Assert.Equal("ValidationFailed", error.ErrorId);
        Assert.Single(Acme.Orders);
    }

    [Fact]
    public async Task Of_two_commands_for_one_order_the_second_sees_what_the_first_has_done()
    {
        using var theirs = OpenSession();

        var both = await Task.WhenAll(
            IssueAsync(Request()),
            new OrderIssuer(theirs).IssueAsync(Server, Account, Request()));

        Assert.Single(both, c => c is not null);
        Assert.Single(Acme.Orders);
    }

    [Fact]
    public async Task An_order_is_not_renamed_while_it_is_being_issued()
    {
        using var theirs = OpenSession();
        var renaming = Task.CompletedTask;
        One.Publishing = (_, _) =>
        {
            renaming = new OrderService(theirs).RenameAsync(Account, theirs.Store.FindOrder(Account, Name)!, "renamed", CancellationToken.None);
            return Task.CompletedTask;
        };

        await IssueAsync(Request());
        await renaming;

        Assert.Equal("renamed", Assert.Single(Session.Store.ListOrders(Account)).Name);
        Assert.NotNull(new CertificateService(Session).Read(Kept("renamed")));
    }

    [Fact]
    public async Task Whatever_a_renewal_does_wrong_the_certificate_in_use_stays()
    {
        var first = await IssueAsync(Request());
        var request = Request();
        request.Overwrite = true;
        Acme.Options.FailingNames[Name] = new ProblemDocument(403, "unauthorized", "wrong record");

        await Assert.ThrowsAsync<PoshAcmeException>(() => IssueAsync(request));

        var live = new CertificateService(Session).Read(Kept())!;
        Assert.Equal(first!.Certificate.Thumbprint, live.Certificate.Thumbprint);
        using var key = PrivateKey.FromPem(File.ReadAllText(live.KeyFile!));
        Assert.True(live.Certificate.HasKey(key.SubjectPublicKeyInfo));
    }
}
