using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>What an order is made with, from the request to the files.</summary>
public sealed class OrderRequestTests : OrderTestBase
{
    [Fact]
    public async Task A_request_made_elsewhere_is_finalized_as_it_came_and_leaves_no_key_and_no_pfx()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        var der = CsrBuilder.Build(key, new CsrOptions { Names = [Name] });

        var order = await IssueAsync(new NewOrderRequest { Csr = Csr.FromDer(der) });

        Assert.Equal(key.SubjectPublicKeyInfo, PublicKeyOf(order));
        Assert.False(Exists(order, OrderFileNames.Key) || Exists(order, OrderFileNames.Pfx) || Exists(order, OrderFileNames.PfxFullChain));
        Assert.Equal(der, Csr.Parse(Text(order, OrderFileNames.Request)).ToDer());
    }

    [Fact]
    public async Task A_kept_request_that_names_something_else_than_the_order_is_not_sent()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        var order = await OrderAsync(new NewOrderRequest { Csr = Csr.FromDer(CsrBuilder.Build(key, new CsrOptions { Names = [Name] })) });
        order.CSRBase64Url = Csr.FromDer(CsrBuilder.Build(key, new CsrOptions { Names = [Name, "other.example.test"] })).ToBase64Url();
        Session.Store.SaveOrder(order);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Certificates.FinalizeAsync(Known, Account, order));

        Assert.Equal("CsrNamesDiffer", error.ErrorId);
        Assert.Contains("other.example.test", error.Message, StringComparison.Ordinal);
        Assert.Equal("ready", Assert.Single(Server.Orders).Status);
    }

    [Fact]
    public async Task A_password_makes_no_sense_for_a_request_made_elsewhere()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        var request = new NewOrderRequest { Csr = Csr.FromDer(CsrBuilder.Build(key, new CsrOptions { Names = [Name] })), KeyPassword = "pw" };

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => OrderAsync(request));

        Assert.Equal("KeyIsElsewhere", error.ErrorId);
    }

    [Fact]
    public async Task A_live_key_that_does_not_fit_the_certificate_is_not_written_into_a_pfx()
    {
        var order = await IssueAsync();
        var pfx = File.ReadAllBytes(PathOf(order, OrderFileNames.Pfx));
        using var other = PrivateKey.Generate(KeyLength.Ec256);
        File.WriteAllText(PathOf(order, OrderFileNames.Key), other.ToPem());

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => EditAsync(order, new OrderChanges { FriendlyName = "new" }));

        Assert.Equal("KeyMismatch", error.ErrorId);
        Assert.Equal(pfx, File.ReadAllBytes(PathOf(order, OrderFileNames.Pfx)));
    }

    [Fact]
    public async Task A_subject_that_is_none_is_refused_before_anything_is_ordered_or_changed()
    {
        var ordering = await Assert.ThrowsAsync<PoshAcmeException>(() => OrderAsync(new NewOrderRequest { Subject = "no subject" }));
        Assert.Empty(Server.Orders);
        var order = await OrderAsync();
        var changing = await Assert.ThrowsAsync<PoshAcmeException>(() => EditAsync(order, new OrderChanges { Subject = "no subject" }));

        Assert.Equal(("InvalidSubject", "InvalidSubject"), (ordering.ErrorId, changing.ErrorId));
        Assert.Equal(string.Empty, order.Subject);
    }

    [Fact]
    public async Task Subject_and_must_staple_get_into_the_request()
    {
        var order = await IssueAsync(new NewOrderRequest { Subject = $"CN={Name},O=Example", MustStaple = true });

        var request = CertificateRequest.LoadSigningRequestPem(
            Text(order, OrderFileNames.Request), System.Security.Cryptography.HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        Assert.Contains("O=Example", request.SubjectName.Name, StringComparison.Ordinal);
        Assert.Contains(request.CertificateExtensions, extension => extension.Oid!.Value == "1.3.6.1.5.5.7.1.24");
    }

    [Fact]
    public async Task A_renewal_keeps_its_key_and_with_always_new_key_gets_another()
    {
        var first = PublicKeyOf(await IssueAsync());
        var second = PublicKeyOf(await IssueAsync());
        var third = PublicKeyOf(await IssueAsync(new NewOrderRequest { AlwaysNewKey = true }));

        Assert.Equal(first, second);
        Assert.NotEqual(first, third);
    }

    [Fact]
    public async Task An_imported_key_becomes_the_certificate_s()
    {
        using var key = PrivateKey.Generate(KeyLength.Ec384);

        var order = await IssueAsync(new NewOrderRequest { KeyPem = key.ToPem() });

        Assert.Equal(key.SubjectPublicKeyInfo, PublicKeyOf(order));
        Assert.Equal("ec-384", order.KeyLength);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_pfx_files_have_the_password_and_the_friendly_name_in_either_encryption(bool modern)
    {
        var order = await IssueAsync(new NewOrderRequest { PfxPassword = "Pässword", FriendlyName = "Web server", UseModernPfxEncryption = modern, UsePfxDerEncoding = true });

        foreach (var file in new[] { OrderFileNames.Pfx, OrderFileNames.PfxFullChain })
        {
            using var opened = X509CertificateLoader.LoadPkcs12FromFile(PathOf(order, file), "Pässword");
            Assert.True(opened.HasPrivateKey);
        }

        Assert.True(order.UsePfxDerEncoding);
    }

    [Fact]
    public async Task The_lifetime_is_asked_for_and_a_refusal_is_told_in_the_ca_s_words_with_what_to_do()
    {
        var order = await OrderAsync(new NewOrderRequest { LifetimeDays = 10 });
        var asked = DateTimeOffset.Parse(order.NotAfter!, System.Globalization.CultureInfo.InvariantCulture);
        Server.OnRequest(AcmeOperation.NewOrder, Fault.Problem(new ProblemDocument(400, "malformed", "notAfter is beyond the 90 days of the profile.")));

        var error = await Assert.ThrowsAnyAsync<PoshAcmeException>(() => OrderAsync(new NewOrderRequest { LifetimeDays = 3000 }));

        Assert.InRange(asked, DateTimeOffset.UtcNow.AddDays(9.9), DateTimeOffset.UtcNow.AddDays(10.1));
        Assert.Equal("AcmeProblem.malformed", error.ErrorId);
        Assert.Contains("notAfter is beyond the 90 days of the profile.", error.Message, StringComparison.Ordinal);
        Assert.Contains("-LifetimeDays", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_lives_shorter_than_was_asked_for_is_told()
    {
        var order = await OrderAsync();
        order.LifetimeDays = 400;
        Session.Store.SaveOrder(order);

        await CompleteAsync(order);

        Assert.Contains(Reporter.Warnings, warning => warning.Contains("400 days", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_certificate_that_is_replaced_is_named_to_the_ca()
    {
        var first = await IssueAsync();
        var id = CertificateInfo.FromPem(Text(first, OrderFileNames.Certificate)).AriId;

        var order = await OrderAsync(new NewOrderRequest { ReplacesCert = id });

        Assert.Equal(id, Server.Orders[^1].Replaces);
        Assert.Equal(id, order.Replaces);
    }

    [Fact]
    public async Task An_unknown_profile_is_refused_with_those_that_the_ca_offers()
    {
        Server.Options.Profiles = new Dictionary<string, string> { ["classic"] = "as ever", ["shortlived"] = "6 days" };
        await new ServerService(Session).RefreshAsync(Known);
        using var session = new ProfileSession(Session.Store, Reporter, SystemClock.Instance);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(
            () => new OrderService(session).CreateAsync(Known, Account, new NewOrderRequest { Domain = [Name], Profile = "long" }));

        Assert.Equal("UnknownProfile", error.ErrorId);
        Assert.Contains("classic, shortlived", error.Message, StringComparison.Ordinal);
        Assert.Empty(Server.Orders);
    }

    [Fact]
    public async Task An_order_to_be_installed_says_where_there_is_no_store_and_is_complete_all_the_same()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var order = await OrderAsync(new NewOrderRequest { Install = true, InstallNotExportable = true });
        await Certificates.FinalizeAsync(Known, Account, order);
        var completed = await Certificates.CompleteAsync(Known, Account, order);

        Assert.True(Exists(order, OrderFileNames.PfxFullChain));
        Assert.NotNull(order.CertExpires);
        Assert.Equal("CertificateNotInstalled", completed.InstallFailure!.ErrorId);
        Assert.Contains($"Get-PACertificate -Name '{Name}' | Install-PACertificate -NotExportable", completed.InstallFailure.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("-StoreLocation CurrentUser", completed.InstallFailure.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_is_installed_into_the_store_that_it_names_and_its_successor_too()
    {
        using var store = new TestStore();
        var order = await OrderAsync(new NewOrderRequest { Install = true, InstallStoreLocation = StoreLocation.CurrentUser, InstallStoreName = store.Name });

        var successor = NewOrderRequest.From(order);
        successor.Plugin = null;

        foreach (var next in new Func<Task<StoredOrder>>[] { () => Task.FromResult(order), () => OrderAsync(successor) })
        {
            var placed = await next();
            await Certificates.FinalizeAsync(Known, Account, placed);
            var completed = await Certificates.CompleteAsync(Known, Account, placed);
            CertificateInfo.ReadAll(Text(placed, OrderFileNames.Chain)).ToList().ForEach(c => store.RemoveFromCa(c.Thumbprint));

            Assert.Null(completed.InstallFailure);
            Assert.True(Assert.Single(store.Find(completed.Certificate.Thumbprint)).HasPrivateKey);
        }
    }

    [Fact]
    public async Task Store_options_of_an_order_are_kept_and_taken_back()
    {
        var order = await OrderAsync();
        await EditAsync(order, new OrderChanges { InstallStoreLocation = StoreLocation.CurrentUser, InstallStoreName = "WebHosting", InstallNotExportable = true });
        var kept = Session.Store.FindOrder(Account, order.Name)!;
        var before = (kept.InstallStoreLocation, kept.InstallStoreName, kept.InstallNotExportable);
        await EditAsync(kept, new OrderChanges { InstallStoreLocation = StoreLocation.LocalMachine, InstallStoreName = "My", InstallNotExportable = false });

        Assert.Equal((StoreLocation.CurrentUser, "WebHosting", true), before);
        Assert.DoesNotContain("Install", Text(kept, "order.json").Replace("\"Install\"", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
