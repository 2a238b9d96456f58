using System.Globalization;
using System.Text;
using PoshAcmeSharp;
using PoshAcmeSharp.Profile;

// ProfileWriter <root> contacts <name> <rounds>   adds a contact to the current account in each round
// ProfileWriter <root> hold                       takes the profile's lock, says so, and keeps it
// ProfileWriter <root> replace <order>            replaces the certificate of an order again and again
var store = new ProfileStore(args[0], null, SystemClock.Instance, NullReporter.Instance);
switch (args[1])
{
    case "contacts":
        for (var round = 0; round < int.Parse(args[3], CultureInfo.InvariantCulture); round++)
        {
            using var held = await store.LockAsync(ProfileStore.DefaultLockTimeout, CancellationToken.None);
            var account = store.GetCurrentAccount(store.GetCurrentServer()!)!;
            account.Contact = [.. account.Contact, $"mailto:{args[2]}-{round}@example.test"];
            store.SaveAccount(account);
        }

        break;

    case "hold":
        using (await store.LockAsync(ProfileStore.DefaultLockTimeout, CancellationToken.None))
        {
            Console.WriteLine("held");
            Console.ReadLine();
        }

        break;

    case "replace":
        var order = store.FindOrder(store.GetCurrentAccount(store.GetCurrentServer()!)!, args[2])!;
        for (var version = 1; ; version++)
        {
            using var held = await store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, CancellationToken.None);
            var content = Encoding.ASCII.GetBytes($"version {version}");
            order.CertExpires = $"version {version}";
            store.ReplaceCertificateFiles(order, new CertificateFileSet
            {
                Key = content,
                Certificate = content,
                OfferedChains = Enumerable.Repeat(content, (version % 3) + 1).ToArray(),
                Chain = content,
                FullChain = content,
                Pfx = content,
                PfxFullChain = content,
                Request = content,
            });
            if (version == 1)
            {
                Console.WriteLine("replaced");
            }
        }
}
