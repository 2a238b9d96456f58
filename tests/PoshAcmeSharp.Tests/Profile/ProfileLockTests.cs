using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

public class ProfileLockTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_second_taker_waits_and_tells_for_whom()
    {
        using var profile = new TestProfile();
        var first = await profile.Store.LockAsync(TimeSpan.Zero, CancellationToken.None);
        profile.Clock.Waited = first.Dispose;

        using var second = await profile.Open().LockAsync(Minute, CancellationToken.None);

        Assert.Contains($"held by process {Environment.ProcessId} on", Assert.Single(profile.Reporter.Lines, line => line.StartsWith("VERBOSE", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal([false, true], profile.Reporter.ProgressUpdates.Select(u => u.IsCompleted));
        Assert.Equal(60, profile.Reporter.ProgressUpdates.First().SecondsRemaining);
    }

    [Fact]
    public async Task The_wait_ends_at_its_deadline_with_the_name_of_the_holder()
    {
        using var profile = new TestProfile();
        using var first = await profile.Store.LockAsync(TimeSpan.Zero, CancellationToken.None);
        var before = profile.Clock.UtcNow;

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => profile.Open().LockAsync(Minute, CancellationToken.None));

        Assert.Equal(("ProfileBusy", ErrorKind.ResourceBusy), (error.ErrorId, error.Kind));
        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        Assert.Equal(before + Minute, profile.Clock.UtcNow);
    }

    [Fact]
    public async Task What_a_dead_process_left_half_written_is_taken_away_but_not_in_the_folder_of_an_order()
    {
        using var profile = new TestProfile();
        var (server, account, order) = profile.Populate();
        string[] litter = [.. new[] { profile.Root, server.Folder, account.Folder, order.Folder }.Select(f => Path.Combine(f, "x.json.tmp-aB3xY9"))];
        Array.ForEach(litter, path => File.WriteAllText(path, "{"));
        var mine = Path.Combine(account.Folder, "x.tmp");
        File.WriteAllText(mine, "mine");

        using var held = await profile.Store.LockAsync(TimeSpan.Zero, CancellationToken.None);

        Assert.Equal([false, false, false, true], litter.Select(File.Exists));
        Assert.True(File.Exists(mine));
    }

    [Fact]
    public async Task The_wait_can_be_cancelled()
    {
        using var profile = new TestProfile();
        using var first = await profile.Store.LockAsync(TimeSpan.Zero, CancellationToken.None);
        using var source = new CancellationTokenSource();
        profile.Clock.Waited = source.Cancel;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => profile.Open().LockAsync(Minute, source.Token));
    }

    [Fact]
    public async Task Orders_are_locked_each_for_itself_and_apart_from_the_profile()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        var other = profile.AddOrder(account, "other", "example.test");

        using var first = await profile.Store.LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None);
        using var second = await profile.Store.LockOrderAsync(other, TimeSpan.Zero, CancellationToken.None);
        using var third = await profile.Store.LockAsync(TimeSpan.Zero, CancellationToken.None);

        await Assert.ThrowsAsync<PoshAcmeException>(() => profile.Open().LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task A_lock_leaves_no_file_and_readers_need_none()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        var before = Directory.GetFileSystemEntries(profile.Root, "*", SearchOption.AllDirectories);

        using (await profile.Store.LockAsync(TimeSpan.Zero, CancellationToken.None))
        using (await profile.Store.LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None))
        {
            Assert.Equal(order.Name, profile.Open().GetCurrentOrder(account)?.Name);
            Assert.Single(profile.Open().ListOrders(account));
        }

        Assert.Equal(before, Directory.GetFileSystemEntries(profile.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_lock_of_an_order_brings_what_others_changed_meanwhile()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        var theirs = profile.Open().GetCurrentOrder(account)!;
        theirs.Status = "valid";
        profile.Open().SaveOrder(theirs);

        using var held = await profile.Store.LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None);

        Assert.Equal("valid", order.Status);
    }

    [Fact]
    public async Task An_order_that_was_removed_meanwhile_is_an_error_and_its_lock_is_free()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        var store = profile.Open();
        store.RemoveOrder(account, store.GetCurrentOrder(account)!);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => profile.Store.LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None));

        Assert.Equal(("OrderNotFound", ErrorKind.NotFound), (error.ErrorId, error.Kind));
        using var held = await store.LockOrderAsync(store.CreateOrder(account, order.Name), TimeSpan.Zero, CancellationToken.None);
    }

    [Fact]
    public async Task A_name_as_long_as_names_get_can_be_locked()
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();
        var order = profile.AddOrder(account, new string('a', 253), "example.test");

        using var held = await profile.Store.LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None);

        await Assert.ThrowsAsync<PoshAcmeException>(() => profile.Open().LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task A_lock_file_that_a_kill_left_does_not_hold_anybody()
    {
        using var profile = new TestProfile();
        profile.Write("~profile.lock", "0123456789abcdef process 1 on elsewhere");

        using var held = await profile.Store.LockAsync(TimeSpan.Zero, CancellationToken.None);

        Assert.Empty(profile.Reporter.Lines);
    }

    [Fact]
    public async Task Two_never_hold_the_lock_though_its_file_comes_and_goes()
    {
        using var profile = new TestProfile();
        profile.Write("file", "");
        var path = Path.Combine(profile.Root, "x.lock");
        var (inside, most, taken) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                using var held = PhysicalFileSystem.Instance.TryLock(path, "test");
                if (held is not null)
                {
                    Interlocked.Increment(ref taken);
                    most = Math.Max(most, Interlocked.Increment(ref inside));
                    Thread.SpinWait(5000);
                    Interlocked.Decrement(ref inside);
                }
            }
        })));

        Assert.Equal(1, most);
        Assert.True(taken > 100);
        Assert.False(File.Exists(path));
    }
}
