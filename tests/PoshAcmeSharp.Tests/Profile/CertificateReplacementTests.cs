using System.Text;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

public class CertificateReplacementTests
{
    [Fact]
    public void The_first_set_is_complete()
    {
        using var profile = new TestProfile();
        var (_, _, order) = profile.Populate();
        profile.Store.SavePendingKey(order, [1]);

        profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("first", chains: 2));

        AssertSet(order, "first", chains: 2);
    }

    [Fact]
    public void Files_without_successor_are_removed_and_strangers_stay()
    {
        using var profile = new TestProfile();
        var (_, _, order) = profile.Populate();
        profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("old", chains: 3));
        File.WriteAllText(Path.Combine(order.Folder, "chainsaw.cer"), "mine");

        profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("new", chains: 1, hasKey: false));

        Assert.Equal([.. CertificateSets.Names(1, hasKey: false).Append("chainsaw.cer").Order(StringComparer.Ordinal)], FileNames(order));
    }

    [Fact]
    public async Task A_kill_at_any_step_leaves_the_old_set_or_what_becomes_the_new_one_and_never_a_gap()
    {
        var (kills, recoveredToNew, recoveredToOld) = (0, 0, 0);
        for (var failAt = 1; ; failAt++)
        {
            using var profile = new TestProfile();
            var (_, account, order) = profile.Populate();
            order.CertExpires = "old";
            profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("old", chains: 3));
            profile.Store.SavePendingKey(order, Encoding.ASCII.GetBytes("new"));

            var always = CertificateSets.Names(chains: 2);
            var fileSystem = new FaultyFileSystem(failAt, () => new KilledException())
            {
                AfterStep = () => Assert.DoesNotContain(always, name => !File.Exists(Path.Combine(order.Folder, name))),
            };
            order.CertExpires = "new";
            var wasKilled = false;
            try
            {
                profile.Open(fileSystem).ReplaceCertificateFiles(order, CertificateSets.Of("new", chains: 2));
            }
            catch (KilledException)
            {
                wasKilled = true;
            }

            // The pending key must be there as long as the new certificate is not.
            Assert.True(File.Exists(Path.Combine(order.Folder, "pending.key")) || Content(order, "cert.key") == "new");

            var next = profile.Open();
            var seen = next.FindOrder(account, order.Name)!;
            (await next.LockOrderAsync(seen, TimeSpan.Zero, CancellationToken.None)).Dispose();
            if (seen.CertExpires == "new")
            {
                recoveredToNew++;
                AssertSet(order, "new", chains: 2);
            }
            else
            {
                recoveredToOld++;
                File.Delete(Path.Combine(order.Folder, "pending.key"));
                AssertSet(order, "old", chains: 3);
            }

            if (!wasKilled)
            {
                break;
            }

            kills++;
        }

        Assert.True(kills > 40, $"Only {kills} steps were tried.");
        Assert.True(recoveredToNew > 10 && recoveredToOld > 10, $"New {recoveredToNew}, old {recoveredToOld}.");
    }

    [Fact]
    public async Task A_kill_during_the_recovery_is_recovered_from_too()
    {
        for (var failAt = 1; ; failAt++)
        {
            using var profile = new TestProfile();
            var (_, _, order) = profile.Populate();
            profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("old", chains: 3));
            Interrupt(profile, order);

            var wasKilled = false;
            try
            {
                (await profile.Open(new FaultyFileSystem(failAt, () => new KilledException()))
                    .LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None)).Dispose();
            }
            catch (KilledException)
            {
                wasKilled = true;
            }

            await profile.Store.FinishReplacementAsync(order, TimeSpan.Zero, CancellationToken.None);
            if (wasKilled)
            {
                // The last step of a recovery, clearing the empty staging folder, needs no finishing.
                (await profile.Store.LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None)).Dispose();
            }

            AssertSet(order, "new", chains: 2);
            if (!wasKilled)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task Who_reads_the_files_next_finishes_what_was_interrupted()
    {
        using var profile = new TestProfile();
        var (_, _, order) = profile.Populate();
        profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("old", chains: 1));
        Interrupt(profile, order);

        await profile.Store.FinishReplacementAsync(order, TimeSpan.Zero, CancellationToken.None);

        AssertSet(order, "new", chains: 2);
        Assert.Equal("new", Encoding.ASCII.GetString(profile.Store.ReadOrderFile(order, OrderFileNames.Key)!));
    }

    [Fact]
    public void A_full_disk_before_the_set_is_complete_changes_nothing_and_leaves_nothing()
    {
        using var profile = new TestProfile();
        var (_, _, order) = profile.Populate();
        profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("old", chains: 1));
        var store = profile.Open(new FaultyFileSystem(12, () => new IOException("No space left on device"), isLasting: false));

        var error = Assert.Throws<PoshAcmeException>(() => store.ReplaceCertificateFiles(order, CertificateSets.Of("new", chains: 1)));

        Assert.Equal(ErrorKind.WriteError, error.Kind);
        AssertSet(order, "old", chains: 1);
    }

    [Fact]
    public async Task A_journal_cannot_name_files_elsewhere()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        File.WriteAllText(Path.Combine(order.Folder, "replacement.json"), """{"files":["../../x"],"remove":["../acct.json"]}""");

        (await profile.Store.LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None)).Dispose();

        Assert.True(File.Exists(Path.Combine(account.Folder, "acct.json")));
    }

    [Fact]
    public void The_pending_key_does_not_touch_the_live_one()
    {
        using var profile = new TestProfile();
        var (_, _, order) = profile.Populate();
        profile.Store.ReplaceCertificateFiles(order, CertificateSets.Of("live", chains: 1));
        Assert.Null(profile.Store.ReadPendingKey(order));

        profile.Store.SavePendingKey(order, Encoding.ASCII.GetBytes("pending"));

        Assert.Equal("live", Content(order, "cert.key"));
        Assert.Equal("pending", Encoding.ASCII.GetString(profile.Open().ReadPendingKey(order)!));
    }

    [Fact]
    public void The_first_key_gets_its_final_name_so_that_another_client_can_complete_the_order()
    {
        using var profile = new TestProfile();
        var (_, _, order) = profile.Populate();

        profile.Store.SavePendingKey(order, Encoding.ASCII.GetBytes("first"));

        Assert.Equal("first", Content(order, "cert.key"));
        Assert.Null(profile.Store.ReadPendingKey(order));
    }

    /// <summary>Begins a replacement by a set "new" with two chains and dies when the journal is just written.</summary>
    private static void Interrupt(TestProfile profile, StoredOrder order)
    {
        var journal = Path.Combine(order.Folder, "replacement.json");
        var fileSystem = new FaultyFileSystem(int.MaxValue, () => new KilledException())
        {
            AfterStep = () =>
            {
                if (File.Exists(journal))
                {
                    throw new KilledException();
                }
            },
        };
        Assert.Throws<KilledException>(() => profile.Open(fileSystem).ReplaceCertificateFiles(order, CertificateSets.Of("new", chains: 2)));
    }

    private static void AssertSet(StoredOrder order, string content, int chains)
    {
        Assert.Equal(CertificateSets.Names(chains), FileNames(order));
        Assert.All(CertificateSets.Names(chains).Where(name => name != "order.json"), name => Assert.Equal((name, content), (name, Content(order, name))));
        Assert.Empty(Directory.GetDirectories(order.Folder));
    }

    private static string[] FileNames(StoredOrder order)
        => Directory.GetFiles(order.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();

    private static string Content(StoredOrder order, string name) => File.ReadAllText(Path.Combine(order.Folder, name));
}
