using System.Text;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

public class KeyFileReplacementTests
{
    [Fact]
    public async Task A_kill_at_any_step_leaves_keys_that_the_kept_password_opens()
    {
        var (kills, replaced) = (0, 0);
        for (var failAt = 1; ; failAt++)
        {
            using var profile = new TestProfile();
            var (_, account, order) = profile.Populate();
            profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("old", chains: 1) with
            {
                Key = Encoding.ASCII.GetBytes("old"),
                KeyPassword = profile.Store.ProtectKeyPasswords(account, "old"),
            });
            profile.Store.SavePendingKey(order, Encoding.ASCII.GetBytes("old"));
            var wasKilled = false;
            try
            {
                profile.Open(new FaultyFileSystem(failAt, () => new KilledException())).ReplaceKeyFiles(
                    order,
                    [new(OrderFileNames.PendingKey, Encoding.ASCII.GetBytes("new")), new(OrderFileNames.Key, Encoding.ASCII.GetBytes("new"))],
                    profile.Store.ProtectKeyPasswords(account, "new"));
            }
            catch (KilledException)
            {
                wasKilled = true;
            }

            (await profile.Store.LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None)).Dispose();

            var password = Assert.Single(profile.Store.ReadKeyPasswords(account, order));
            Assert.Equal(password, File.ReadAllText(Path.Combine(order.Folder, OrderFileNames.Key)));
            Assert.Equal(password, File.ReadAllText(Path.Combine(order.Folder, OrderFileNames.PendingKey)));
            Assert.True(File.Exists(Path.Combine(order.Folder, OrderFileNames.PfxFullChain)));
            replaced += password == "new" ? 1 : 0;
            if (!wasKilled)
            {
                break;
            }

            kills++;
        }

        Assert.True(kills > 15 && replaced > 5, $"{kills} kills, {replaced} of them late.");
    }

    [Fact]
    public void A_set_without_password_takes_the_former_one_away()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("old", chains: 1) with { KeyPassword = profile.Store.ProtectKeyPasswords(account, "old") });

        profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("new", chains: 1));

        Assert.Empty(profile.Store.ReadKeyPasswords(account, order));
    }
}
