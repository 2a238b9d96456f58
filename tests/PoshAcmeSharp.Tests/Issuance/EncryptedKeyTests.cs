using System.Text;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class EncryptedKeyTests : OrderTestBase
{
    private const string Password = "Pässword 1";

    [FactWith("openssl")]
    public async Task Openssl_reads_the_key_file_with_the_password_and_finds_the_certificate_s_key()
    {
        var order = await IssueAsync(Encrypted());

        var publicKey = await ExternalProgram.RequireAsync(
            "openssl", ["pkey", "-in", PathOf(order, OrderFileNames.Key), "-passin", "pass:" + Password, "-pubout", "-outform", "DER"]);

        Assert.Equal(PublicKeyOf(order), publicKey.OutputBytes);
    }

    [Fact]
    public async Task Without_pfx_files_nothing_of_the_key_lies_in_the_clear_at_any_step()
    {
        await IssueAsync();
        var request = Encrypted();
        request.NoPfx = true;
        request.AlwaysNewKey = true;
        var order = await OrderAsync(request);
        using var pending = PrivateKey.FromPem(Text(order, OrderFileNames.PendingKey), Password);
        AssertNowhere(order, pending, Password);

        await CompleteAsync(order);

        using var key = PrivateKey.FromPem(Text(order, OrderFileNames.Key), Password);
        Assert.Equal(pending.SubjectPublicKeyInfo, key.SubjectPublicKeyInfo);
        AssertNowhere(order, key, Password);
        Assert.False(Exists(order, OrderFileNames.Pfx) || Exists(order, OrderFileNames.PfxFullChain) || Exists(order, OrderFileNames.PendingKey));
    }

    [Fact]
    public async Task A_renewal_keeps_the_key_its_encryption_and_no_pfx_unasked()
    {
        var request = Encrypted();
        request.NoPfx = true;
        var order = await IssueAsync(request);
        var publicKey = PublicKeyOf(order);

        var renewed = await IssueAsync();

        Assert.Equal(publicKey, PublicKeyOf(renewed));
        using var key = PrivateKey.FromPem(Text(renewed, OrderFileNames.Key), Password);
        Assert.Equal(publicKey, key.SubjectPublicKeyInfo);
        Assert.True(renewed.KeyEncrypted && renewed.NoPfx);
        Assert.False(Exists(renewed, OrderFileNames.PfxFullChain));
    }

    [Fact]
    public async Task A_new_password_of_a_new_order_leaves_the_live_key_as_it_is_until_the_certificate_is_there()
    {
        var order = await IssueAsync(Encrypted());
        var live = Text(order, OrderFileNames.Key);

        order = await OrderAsync(Encrypted("second"));
        await EditAsync(order, new OrderChanges { FriendlyName = "rewritten meanwhile" });

        Assert.Equal(live, Text(order, OrderFileNames.Key));
        PrivateKey.FromPem(Text(order, OrderFileNames.PendingKey), "second").Dispose();
        await CompleteAsync(order);
        PrivateKey.FromPem(Text(order, OrderFileNames.Key), "second").Dispose();
        Assert.DoesNotContain("former", Text(order, OrderFileNames.KeyPassword), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_can_be_encrypted_get_another_password_and_be_plain_again()
    {
        var order = await IssueAsync();
        var publicKey = PublicKeyOf(order);

        await EditAsync(order, new OrderChanges { KeyPassword = Password, NoPfx = true });
        PrivateKey.FromPem(Text(order, OrderFileNames.Key), Password).Dispose();
        Assert.False(Exists(order, OrderFileNames.Pfx));
        await EditAsync(order, new OrderChanges { KeyPassword = "second" });
        PrivateKey.FromPem(Text(order, OrderFileNames.Key), "second").Dispose();
        await EditAsync(order, new OrderChanges { RemoveKeyPassword = true, NoPfx = false });

        using var key = PrivateKey.FromPem(Text(order, OrderFileNames.Key));
        Assert.Equal(publicKey, key.SubjectPublicKeyInfo);
        Assert.False(Exists(order, OrderFileNames.KeyPassword) || order.KeyEncrypted);
        Assert.True(Exists(order, OrderFileNames.PfxFullChain));
    }

    [Fact]
    public async Task The_same_password_given_again_leaves_the_key_as_it_is()
    {
        var order = await IssueAsync(Encrypted());
        var before = Text(order, OrderFileNames.Key);

        await EditAsync(order, new OrderChanges { KeyPassword = Password });

        Assert.Equal(before, Text(order, OrderFileNames.Key));
    }

    [Fact]
    public async Task The_key_of_an_order_without_certificate_is_encrypted_too_and_still_serves()
    {
        var order = await OrderAsync();

        await EditAsync(order, new OrderChanges { KeyPassword = Password });
        PrivateKey.FromPem(Text(order, OrderFileNames.Key), Password).Dispose();
        await CompleteAsync(order);

        using var key = PrivateKey.FromPem(Text(order, OrderFileNames.Key), Password);
        Assert.Equal(PublicKeyOf(order), key.SubjectPublicKeyInfo);
    }

    [Fact]
    public async Task A_key_pending_beside_a_live_one_gets_the_password_as_well()
    {
        await IssueAsync();
        var order = await OrderAsync(new NewOrderRequest { AlwaysNewKey = true });

        await EditAsync(order, new OrderChanges { KeyPassword = Password });

        Assert.True(PrivateKey.IsEncrypted(Text(order, OrderFileNames.Key)));
        Assert.True(PrivateKey.IsEncrypted(Text(order, OrderFileNames.PendingKey)));
        await CompleteAsync(order);
        using var key = PrivateKey.FromPem(Text(order, OrderFileNames.Key), Password);
        Assert.Equal(PublicKeyOf(order), key.SubjectPublicKeyInfo);
    }

    [Fact]
    public async Task A_deactivated_account_s_certificate_is_revoked_by_its_encrypted_key()
    {
        var order = await IssueAsync(Encrypted());
        await new AccountService(Session).DeactivateAsync(Known, Account);

        await new RevocationService(Session).RevokeAsync(Known, Account, order, reason: 0);

        Assert.DoesNotContain(Reporter.Warnings, warning => warning.Contains("cannot be used", StringComparison.Ordinal));
        Assert.NotNull(Server.Certificates[0].RevocationReason);
    }

    [Fact]
    public async Task A_password_that_was_lost_is_asked_for_and_can_be_given_again()
    {
        var order = await IssueAsync(Encrypted());
        File.Delete(PathOf(order, OrderFileNames.KeyPassword));

        var ordering = await Assert.ThrowsAsync<PoshAcmeException>(() => OrderAsync());
        var wrong = await Assert.ThrowsAsync<PoshAcmeException>(() => EditAsync(order, new OrderChanges { KeyPassword = "wrong" }));
        await EditAsync(order, new OrderChanges { KeyPassword = Password });

        Assert.Equal("KeyPasswordMissing", ordering.ErrorId);
        Assert.Equal("EncryptedPrivateKey", wrong.ErrorId);
        Assert.Contains(PathOf(order, OrderFileNames.Key), wrong.Message, StringComparison.Ordinal);
        await IssueAsync();
    }

    [Fact]
    public async Task A_password_file_that_cannot_be_decrypted_is_reported_and_kept()
    {
        var order = await IssueAsync(Encrypted());
        var kept = Text(order, OrderFileNames.KeyPassword);
        Account.SecretKey = PoshAcmeSharp.Jose.Base64Url.Encode(new byte[32]);
        Session.Store.SaveAccount(Account);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => OrderAsync());

        Assert.Equal("KeyPasswordUnreadable", error.ErrorId);
        Assert.Equal(kept, Text(order, OrderFileNames.KeyPassword));
    }

    [Fact]
    public async Task An_account_without_a_key_for_secrets_still_has_no_password_in_the_clear()
    {
        Account.SecretKey = null;
        Session.Store.SaveAccount(Account);

        var order = await IssueAsync(Encrypted());

        var text = Text(order, OrderFileNames.KeyPassword);
        Assert.Contains("sskey", text, StringComparison.Ordinal);
        Assert.DoesNotContain(string.Concat(Encoding.Unicode.GetBytes(Password).Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))), text, StringComparison.Ordinal);
        await IssueAsync();
    }

    [Fact]
    public async Task Pfx_files_beside_an_encrypted_key_are_warned_of()
    {
        await OrderAsync(Encrypted());

        Assert.Contains(Reporter.Warnings, warning => warning.Contains("-NoPfx", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", false, "EmptyKeyPassword")]
    [InlineData("x", true, "ConflictingKeyPassword")]
    public async Task A_password_that_makes_no_sense_is_refused(string password, bool isRemoved, string errorId)
    {
        var order = await OrderAsync();

        var error = await Assert.ThrowsAsync<PoshAcmeException>(
            () => EditAsync(order, new OrderChanges { KeyPassword = password, RemoveKeyPassword = isRemoved }));

        Assert.Equal(errorId, error.ErrorId);
        Assert.False(PrivateKey.IsEncrypted(Text(order, OrderFileNames.Key)));
    }

    [Fact]
    public async Task No_pfx_and_installation_exclude_each_other()
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => OrderAsync(new NewOrderRequest { NoPfx = true, Install = true }));

        Assert.Equal("InstallNeedsPfx", error.ErrorId);
        Assert.Empty(Server.Orders);
    }

    [FactWith("openssl")]
    public async Task An_encrypted_key_that_is_imported_is_named_with_the_remedy_and_taken_with_its_password()
    {
        using var made = PrivateKey.Generate(KeyLength.Ec256);
        var pem = (await ExternalProgram.RequireAsync("openssl", ["pkcs8", "-topk8", "-passout", "pass:imported"], made.ToPem())).Output;

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => OrderAsync(new NewOrderRequest { KeyPem = pem, KeyFile = "my.key" }));
        var wrong = await Assert.ThrowsAsync<PoshAcmeException>(() => OrderAsync(new NewOrderRequest { KeyPem = pem, KeyFile = "my.key", KeyPassword = "no" }));
        var order = await IssueAsync(new NewOrderRequest { KeyPem = pem, KeyFile = "my.key", KeyPassword = "imported" });

        Assert.Equal("EncryptedPrivateKey", error.ErrorId);
        Assert.Contains("'my.key'", error.Message, StringComparison.Ordinal);
        Assert.Contains("-KeyPassSecure", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("WrongKeyPassword", wrong.ErrorId);
        Assert.Equal(made.SubjectPublicKeyInfo, PublicKeyOf(order));
        PrivateKey.FromPem(Text(order, OrderFileNames.Key), "imported").Dispose();
    }

    [Fact]
    public async Task A_certificate_that_another_client_completed_gets_its_key_back_from_the_order_in_progress()
    {
        await IssueAsync();
        var order = await OrderAsync(new NewOrderRequest { AlwaysNewKey = true });
        await Certificates.FinalizeAsync(Known, Account, order);
        File.WriteAllText(PathOf(order, OrderFileNames.Certificate), Server.Certificates[^1].Chains[0][0]);
        var offered = string.Concat(Server.Certificates[^1].Chains[0].Skip(1));
        File.WriteAllText(PathOf(order, OrderFileNames.Chain), offered);
        File.WriteAllText(PathOf(order, OrderFileNames.OfferedChain(0)), offered);

        await EditAsync(order, new OrderChanges { FriendlyName = "healed" });

        using var key = PrivateKey.FromPem(Text(order, OrderFileNames.Key));
        Assert.Equal(PublicKeyOf(order), key.SubjectPublicKeyInfo);
        Assert.False(Exists(order, OrderFileNames.PendingKey));
    }

    private static NewOrderRequest Encrypted(string password = Password) => new() { KeyPassword = password };

    private static void AssertNowhere(StoredOrder order, PrivateKey key, string password)
    {
        var number = key.EcKey!.D!;
        foreach (var file in Directory.EnumerateFiles(order.Folder, "*", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(file);
            Assert.False(bytes.AsSpan().IndexOf(number) >= 0, file);
            foreach (var block in PemBlock.ReadAll(Encoding.Latin1.GetString(bytes)).Where(block => block.Label != "ENCRYPTED PRIVATE KEY"))
            {
                Assert.False(block.Data.AsSpan().IndexOf(number) >= 0, file);
            }

            Assert.False(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(password)) >= 0, file);
            Assert.False(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(password)) >= 0, file);
        }
    }
}
